#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <fmt/format.h>

#include "server_fixture.hpp"

namespace vf::http {

using tests::server_fixture;

namespace {

struct redirect_row {
    const char* host;
    const char* target;
    std::uint16_t port;
    const char* location;
};

class redirect_fixture : public server_fixture {
public:
    explicit redirect_fixture(std::uint16_t port = 443) {
        options.redirect_to_https = port;
        start();
    }
};

std::string get(std::string_view host, std::string_view target) {
    return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", target, host);
}

}  // namespace

TEST_CASE("redirect: the location is the same target at the https port of the host") {
    const std::vector<redirect_row> rows{
        {"api.example", "/echo", 443, "https://api.example/echo"},
        {"api.example:8080", "/echo", 443, "https://api.example/echo"},
        {"api.example:443", "/echo", 8443, "https://api.example:8443/echo"},
        {"API.Example.", "/", 443, "https://api.example/"},
        {"x", "/a%2Fb/%C3%A9?c=d%20e&f", 443, "https://x/a%2Fb/%C3%A9?c=d%20e&f"},
        {"x", "//other.example/a", 443, "https://x//other.example/a"},
        {"x", "/@other.example", 443, "https://x/@other.example"},
        {"x", "http://other.example/a?b", 443, "https://x/a?b"},
        {"192.0.2.1:80", "/", 443, "https://192.0.2.1/"},
        {"[2001:db8::1]:80", "/", 8443, "https://[2001:db8::1]:8443/"},
        {"[2001:db8::1]", "/", 443, "https://[2001:db8::1]/"},
    };
    for (const auto& row : rows) {
        INFO(row.host << " " << row.target);
        const redirect_fixture fixture{row.port};
        auto socket = fixture.connect();
        socket.send(get(row.host, row.target));
        const auto answer = socket.read_answer();
        CHECK(answer.head.starts_with("HTTP/1.1 308 Permanent Redirect\r\n"));
        CHECK(answer.has(fmt::format("\r\nLocation: {}\r\n", row.location)));
        CHECK(answer.has("\r\nConnection: close\r\n"));
        CHECK(answer.has("\r\nContent-Type: application/json\r\n"));
        CHECK(answer.body.find("\"https_required\"") != std::string::npos);
        CHECK(socket.is_at_end());
    }
}

TEST_CASE("redirect: a Host that names no host is refused") {
    const redirect_fixture fixture;
    for (const char* host :
         {"",
          ":80",
          "a..b",
          "-a",
          "a_b!",
          "a%20b",
          "a$b",
          "(a)",
          "x:y",
          "x:0",
          "x:65536",
          "x:1:2",
          "2130706433",
          "0x7f.1",
          "1.2.3",
          "[::1",
          "[x]",
          "::1",
          "[fe80::1%25eth0]",
          "a;b",
          "*"}) {
        INFO(host);
        const auto answer = fixture.ask(get(host, "/echo"));
        CHECK(answer.status == 400);
        CHECK_FALSE(answer.has("Location"));
        CHECK(answer.body.find("\"bad_request\"") != std::string::npos);
    }
    CHECK(fixture.ask("GET /echo HTTP/1.0\r\n\r\n").status == 400);
}

TEST_CASE("redirect: every method and path is answered, without its body") {
    const redirect_fixture fixture;
    for (const char* method : {"GET", "POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"}) {
        const auto line = fmt::format("{} /nowhere HTTP/1.1\r\nHost: x\r\n", method);
        CHECK(fixture.ask(line + "\r\n").status == 308);
        CHECK(fixture.ask(line + "Transfer-Encoding: chunked\r\n\r\n").status == 308);
        auto socket = fixture.connect();
        socket.send(line + "Content-Length: 900000000\r\nExpect: 100-continue\r\n\r\n");
        CHECK(socket.read_answer().status == 308);
        socket.send(std::string(400'000, 'b'));
        CHECK(socket.is_at_end());
    }
    auto head = fixture.connect();
    head.send("HEAD /echo HTTP/1.1\r\nHost: x\r\n\r\n" + get("x", "/echo"));
    const auto answer = head.read_answer(true);
    CHECK(answer.status == 308);
    CHECK(answer.has("\r\nLocation: https://x/echo\r\n"));
    CHECK(head.is_at_end());
}

TEST_CASE("redirect: what is malformed is answered as anywhere, and nothing of it comes back") {
    const redirect_fixture fixture;
    for (const char* bytes :
         {"GET /echo HTTP/1.1\r\n\r\n", "GET /echo HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
          "GET /a\tb HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a\rb HTTP/1.1\r\nHost: x\r\n\r\n",
          "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", "GET echo HTTP/1.1\r\nHost: x\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n", "GET / HTTP/1.1\r\nHost: x@y\r\n\r\n"}) {
        INFO(bytes);
        const auto answer = fixture.ask(bytes);
        CHECK(answer.status == 400);
        CHECK_FALSE(answer.has("Location"));
    }
    // An escaped line end stays escaped.
    const auto answer = fixture.ask(get("x", "/a%0d%0aSet-Cookie:%20b"));
    CHECK(answer.has("\r\nLocation: https://x/a%0d%0aSet-Cookie:%20b\r\n"));
}

}  // namespace vf::http
