#include "vf/http/client.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <fmt/format.h>

#include "client_fixture.hpp"

namespace vf::http {

using namespace std::chrono_literals;
using tests::client_fixture;
using tests::raw_socket;
using tests::scripted_server;

namespace {

std::string answer_with(std::string_view body) {
    return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
}

// Answers every request of a connection with what it got.
void echo(raw_socket& socket, int) {
    while (true) {
        const auto got = socket.read_request();
        if (got.empty()) {
            return;
        }
        socket.send(answer_with(got));
    }
}

// The same bytes for every connection's first request.
scripted_server::script always(std::string bytes) {
    return [bytes = std::move(bytes)](raw_socket& socket, int) {
        if (!socket.read_request().empty()) {
            socket.send(bytes);
        }
    };
}

std::string code_of(const result<client_response>& answer) {
    return answer ? "answered" : answer.error().code;
}

client_request post_to(const std::string& url, std::string body) {
    client_request request;
    request.method = "POST";
    request.url = url;
    request.body = std::move(body);
    return request;
}

}  // namespace

TEST_CASE("client: sends what it was given and reads the answer") {
    scripted_server server{echo};
    client_fixture fixture;
    auto request = post_to(server.url("/hook?a=b"), "{\"x\":1}");
    request.headers.add("Content-Type", "application/json");
    request.headers.add("X-Sly", "a\r\nX-Injected: b");
    request.headers.add("Content-Length", "999");
    const auto answer = fixture.send(std::move(request));
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->address == "127.0.0.1");
    CHECK(answer->took > 0us);
    CHECK_FALSE(answer->body_cut);
    CHECK(answer->headers.find("content-length") != nullptr);
    CHECK(
        answer->body == fmt::format(
                            "POST /hook?a=b HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n"
                            "Content-Type: application/json\r\nX-Sly: a  X-Injected: b\r\n"
                            "Content-Length: 7\r\n\r\n{{\"x\":1}}",
                            server.port()
                        )
    );
}

TEST_CASE("client: a connection is used again") {
    scripted_server server{echo};
    client_fixture fixture;
    for (int count = 0; count < 3; ++count) {
        const auto answer = fixture.get(server.url());
        REQUIRE(answer);
        CHECK(answer->connection_reused == (count > 0));
    }
    CHECK(server.connections() == 1);
    fixture.http->close_idle();
    CHECK_FALSE(fixture.get(server.url())->connection_reused);
    CHECK(server.connections() == 2);
    fixture.http->close_idle();
}

TEST_CASE("client: localhost needs no look-up") {
    scripted_server server{echo};
    client_fixture fixture;
    CHECK(code_of(fixture.get(fmt::format("http://localhost:{}/", server.port()))) == "answered");
    fixture.http->close_idle();
}

TEST_CASE("client: a connection that was closed while idle is not used") {
    scripted_server server{[](raw_socket& socket, int) {
        socket.send(socket.read_request().empty() ? "" : answer_with("x"));
    }};
    client_fixture fixture;
    CHECK(fixture.get(server.url())->status == 200);
    CHECK(fixture.get(server.url())->status == 200);
    CHECK(server.connections() == 2);
}

TEST_CASE("client: a reused connection that dies before the answer is tried once afresh") {
    // The first connection answers once and ends when the second request has come.
    scripted_server server{[](raw_socket& socket, int number) {
        if (!socket.read_request().empty()) {
            socket.send(answer_with("first"));
        }
        const auto second = socket.read_request();
        if (number > 0 && !second.empty()) {
            socket.send(answer_with("later"));
        }
    }};
    client_fixture fixture;
    CHECK(fixture.get(server.url())->body == "first");
    const auto answer = fixture.get(server.url());
    REQUIRE(answer);
    CHECK(answer->body == "first");
    CHECK_FALSE(answer->connection_reused);
    CHECK(server.connections() == 2);
    fixture.http->close_idle();
}

TEST_CASE("client: a fresh connection that dies before the answer is not tried again") {
    scripted_server server{[](raw_socket& socket, int) { static_cast<void>(socket.read_request()); }
    };
    client_fixture fixture;
    CHECK(code_of(fixture.get(server.url())) == "connection_lost");
    CHECK(server.connections() == 1);
}

TEST_CASE("client: answers of every framing are read") {
    const std::string large(100'000, 'y');

    struct row {
        std::string bytes;
        unsigned status;
        std::string body;
    };

    const std::vector<row> rows{
        {answer_with("abc"), 200, "abc"},
        {"HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
        {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", 302, ""},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: x\r\n\r\n", 200,
         "abc"},
        {"HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, "until the end"},
        {"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", 200, "abc"},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n" + answer_with("z"),
         200, "z"},
        {answer_with(large), 200, large.substr(0, 4'096)},
    };
    for (const auto& each : rows) {
        INFO(each.bytes.substr(0, 100));
        scripted_server server{always(each.bytes)};
        client_fixture fixture;
        const auto answer = fixture.get(server.url());
        REQUIRE(answer);
        CHECK(answer->status == each.status);
        CHECK(answer->body == each.body);
        CHECK(answer->body_cut == (each.body.size() == 4'096));
        fixture.http->close_idle();
    }
}

TEST_CASE("client: answers that make no sense are errors") {
    const std::vector<std::pair<std::string, std::string>> rows{
        {"nonsense\r\n\r\n", "response_invalid"},
        {"HTTP/1.1 2000 OK\r\n\r\n", "response_invalid"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "response_invalid"
        },
        {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
         "response_invalid"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "response_invalid"},
        {"HTTP/1.1 101 Switching Protocols\r\n\r\n", "response_invalid"},
        {"HTTP/1.1 200 OK\r\nA: " + std::string(20'000, 'a') + "\r\n\r\n", "response_invalid"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "connection_lost"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "connection_lost"},
        {"HTTP/1.1 200", "connection_lost"},
    };
    for (const auto& [bytes, code] : rows) {
        INFO(bytes.substr(0, 100));
        scripted_server server{always(bytes)};
        client_fixture fixture;
        const auto answer = fixture.get(server.url());
        CHECK(code_of(answer) == code);
        CHECK(answer.error().kind == failure::transient);
    }
}

TEST_CASE("client: a body without end is cut, and its connection closed") {
    scripted_server server{[](raw_socket& socket, int) {
        static_cast<void>(socket.read_request());
        socket.send("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n");
        const std::string block(64U << 10U, 'x');
        while (socket.send(block)) {
        }
    }};
    client_fixture fixture;
    const auto answer = fixture.get(server.url());
    REQUIRE(answer);
    CHECK(answer->body.size() == 4'096);
    CHECK(answer->body_cut);
    CHECK_FALSE(fixture.get(server.url())->connection_reused);
}

TEST_CASE("client: a HEAD answer has no body whatever its length says") {
    scripted_server server{always("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")};
    client_fixture fixture;
    client_request request;
    request.method = "HEAD";
    request.url = server.url();
    const auto answer = fixture.send(std::move(request));
    REQUIRE(answer);
    CHECK(answer->status == 200);
}

TEST_CASE("client: one deadline covers a server that hangs or drips") {
    const std::vector<scripted_server::script> scripts{
        [](raw_socket& socket, int) {
            static_cast<void>(socket.receive());
            while (socket.receive()) {
            }
        },
        [](raw_socket& socket, int) {
            static_cast<void>(socket.read_request());
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
            while (socket.send("x") && !socket.receive(2)) {
            }
        },
    };
    for (const auto& script : scripts) {
        scripted_server server{script};
        client_fixture fixture;
        client_request request;
        request.method = "GET";
        request.url = server.url();
        request.limit = 60ms;
        const auto answer = fixture.send(std::move(request));
        CHECK(code_of(answer) == "timed_out");
    }
}

TEST_CASE("client: requests to a host that hangs are no queue for those that come later") {
    scripted_server hanging{[](raw_socket& socket, int) {
        while (socket.receive()) {
        }
    }};
    client_fixture fixture;
    std::vector<client_request> many;
    for (int number = 0; number < 100; ++number) {
        many.push_back(post_to(hanging.url(), "a"));
        many.back().limit = 300ms;
    }
    for (const auto& answer : fixture.send_all(std::move(many))) {
        CHECK(code_of(answer) == "timed_out");
    }
    // None of them spent its time waiting for a place: each had a connection.
    const auto exposed = fixture.metrics.expose();
    CHECK(exposed.find("vf_http_client_connections_total 100") != std::string::npos);
}

TEST_CASE("client: idle connections are few and end in time") {
    scripted_server first{echo};
    auto options = client_fixture::to_loopback();
    options.idle_connections_max = 0;
    client_fixture none{options};
    CHECK_FALSE(none.get(first.url())->connection_reused);
    CHECK_FALSE(none.get(first.url())->connection_reused);

    scripted_server second{echo};
    options = client_fixture::to_loopback();
    options.idle_limit = 20ms;
    client_fixture brief{options};
    CHECK(brief.get(second.url())->status == 200);
    brief.events.run();  // to its end: the idle connection was the last that kept it
    CHECK_FALSE(brief.get(second.url())->connection_reused);
    brief.http->close_idle();
}

TEST_CASE("client: what may not be reached is refused without a connection") {
    scripted_server server{echo};
    client_options closed;
    client_fixture fixture{closed};
    const std::vector<std::pair<std::string, std::string>> rows{
        {server.url(), "egress_refused"},
        {fmt::format("https://127.0.0.1:{}/", server.port()), "egress_refused"},
        {fmt::format("https://localhost:{}/", server.port()), "egress_refused"},
        {"https://[::ffff:10.0.0.1]/", "egress_refused"},
        {"https://intranet/", "egress_refused"},
        {"https://user@example.com/", "url_invalid"},
        {"not a url", "url_invalid"},
    };
    for (const auto& [url, code] : rows) {
        INFO(url);
        const auto answer = fixture.get(url);
        CHECK(code_of(answer) == code);
        CHECK(answer.error().kind == failure::data);
    }
    CHECK(server.connections() == 0);
}

TEST_CASE("client: a port nobody listens on cannot be connected to") {
    std::string url;
    {
        scripted_server gone{echo};
        url = gone.url();
    }
    client_fixture fixture;
    CHECK(code_of(fixture.get(url)) == "connect_failed");
}

}  // namespace vf::http
