#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <fmt/format.h>

#include "server_fixture.hpp"

namespace vf::http {

using tests::server_fixture;

namespace {

struct refused_row {
    const char* name;
    std::string bytes;
    unsigned status{400};
};

std::string post(std::string_view headers, std::string_view body) {
    return fmt::format("POST /echo HTTP/1.1\r\nHost: x\r\n{}\r\n{}", headers, body);
}

std::string get(std::string_view headers) {
    return fmt::format("GET /echo HTTP/1.1\r\nHost: x\r\n{}\r\n", headers);
}

constexpr std::string_view chunks = "3\r\nabc\r\n0\r\n\r\n";

const std::string te_chunked = "Transfer-Encoding: chunked\r\n";

std::vector<refused_row> ambiguous_framings() {
    return {
        {"TE chunked, identity", post("Transfer-Encoding: chunked, identity\r\n", chunks)},
        {"TE xchunked", post("Transfer-Encoding: xchunked\r\n", chunks)},
        {"TE identity", post("Transfer-Encoding: identity\r\n", chunks)},
        {"TE empty", post("Transfer-Encoding: \r\n", chunks)},
        {"TE xchunked then CL", post("Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n", "abc")
        },
        {"TE gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", chunks)},
        {"TE twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunks)},
        {"TE twice, the first not chunked",
         post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", chunks)},
        {"TE on HTTP/1.0",
         fmt::format(
             "POST /echo HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{}", chunks
         )},
        {"CL then TE", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", chunks)},
        {"TE then CL", post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", chunks)},
        {"two equal CL", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")},
        {"two different CL", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd")},
        {"CL as a list", post("Content-Length: 3, 3\r\n", "abc")},
        {"CL with a sign", post("Content-Length: +3\r\n", "abc")},
        {"CL negative", post("Content-Length: -3\r\n", "abc")},
        {"CL hexadecimal", post("Content-Length: 0x3\r\n", "abc")},
        {"CL empty", post("Content-Length: \r\n", "")},
        {"CL beyond any number", post("Content-Length: 99999999999999999999\r\n", "")},
        {"no Host", "GET /echo HTTP/1.1\r\n\r\n"},
        {"two Hosts", get("Host: y\r\n")},
        {"two Hosts on HTTP/1.0", "GET /echo HTTP/1.0\r\nHost: x\r\nHost: x\r\n\r\n"},
        {"a Host that is a list", "GET /echo HTTP/1.1\r\nHost: x, y\r\n\r\n"},
        {"a Host with a path", "GET /echo HTTP/1.1\r\nHost: x/y\r\n\r\n"},
        {"folded header", get("A: b\r\n c\r\n")},
        {"folded header by tab", get("A: b\r\n\tc\r\n")},
        {"space before the first header", "GET /echo HTTP/1.1\r\n Host: x\r\n\r\n"},
        {"space before the colon", post("Content-Length : 3\r\n", "abc")},
        {"header without a colon", get("nonsense\r\n")},
        {"header without a name", get(": b\r\n")},
        {"bare line feed", "GET /echo HTTP/1.1\nHost: x\n\n"},
        {"bare line feed in the headers", get("A: b\n")},
        {"bare carriage return", get("A: b\rC: d\r\n")},
        {"NUL in a value", get(std::string_view{"A: b\0c\r\n", 8})},
        {"two empty lines first", "\r\n\r\nGET /echo HTTP/1.1\r\nHost: x\r\n\r\n"},
    };
}

std::vector<refused_row> broken_lines_and_bodies() {
    return {
        {"HTTP/2.0", "GET /echo HTTP/2.0\r\nHost: x\r\n\r\n"},
        {"HTTP/0.9", "GET /echo\r\n\r\n"},
        {"no version", "GET /echo \r\nHost: x\r\n\r\n"},
        {"two spaces", "GET  /echo HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"method that is no token", "G@T /echo HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"target without a slash", "GET echo HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"target of CONNECT", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"broken escape", "GET /ec%6 HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"escape of no number", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"escaped NUL", "GET /echo%00 HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"escape that is not UTF-8", "GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"broken escape in the query", "GET /echo?a=%1 HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"TLS hello", std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", 12}},
        {"chunk size missing", post(te_chunked, "\r\nabc\r\n0\r\n\r\n")},
        {"chunk size of no number", post(te_chunked, "xyz\r\nabc\r\n")},
        {"chunk size with a sign", post(te_chunked, "+3\r\nabc\r\n")},
        {"chunk size with 0x", post(te_chunked, "0x3\r\nabc\r\n")},
        {"chunk size with a space", post(te_chunked, "3 \r\nabc\r\n")},
        {"chunk size beyond any", post(te_chunked, "fffffffffffffffff\r\n")},
        {"chunk line feed alone", post(te_chunked, "3\nabc\r\n0\r\n\r\n")},
        {"chunk data too long", post(te_chunked, "3\r\nabcd\r\n0\r\n\r\n")},
        {"chunk line endless", post(te_chunked, "3;" + std::string(3'000, 'a'))},
        {"trailer that is none", post(te_chunked, "0\r\nnonsense\r\n\r\n")},
        {"trailer folded", post(te_chunked, "0\r\nA: b\r\n c:d\r\n\r\n")},
    };
}

void check_refused(const server_fixture& fixture, const refused_row& row) {
    INFO(row.name);
    auto socket = fixture.connect();
    // A second request behind the first must never be answered.
    socket.send(row.bytes + get(""));
    const auto answer = socket.read_answer();
    CHECK(answer.status == row.status);
    CHECK(answer.has("Connection: close\r\n"));
    CHECK(answer.body.find("bad_request") != std::string::npos);
    CHECK(socket.is_at_end());
}

}  // namespace

TEST_CASE("server: every ambiguous framing is refused and the connection closed") {
    server_fixture fixture;
    fixture.start();
    for (const auto& row : ambiguous_framings()) {
        check_refused(fixture, row);
    }
}

TEST_CASE("server: broken request lines and chunked bodies are refused") {
    server_fixture fixture;
    fixture.start();
    for (const auto& row : broken_lines_and_bodies()) {
        check_refused(fixture, row);
    }
}

TEST_CASE("server: framings that leave no doubt are accepted") {
    const std::vector<std::pair<std::string, std::string>> rows{
        {post("Content-Length: 3\r\n", "abc"), "POST /echo [abc]"},
        {post("Content-Length:3\r\n", "abc"), "POST /echo [abc]"},
        {post("Content-Length:   003  \r\n", "abc"), "POST /echo [abc]"},
        {post(te_chunked, chunks), "POST /echo [abc]"},
        {post("transfer-encoding: Chunked\r\n", "1;a=b\r\na\r\n2\r\nbc\r\n000\r\nT: x\r\n\r\n"),
         "POST /echo [abc]"},
        {post("", ""), "POST /echo []"},
        {post("Content-Length: 0\r\n", ""), "POST /echo []"},
        {get(""), "GET /echo []"},
        {"\r\n" + get(""), "GET /echo []"},
        {"GET /echo HTTP/1.0\r\n\r\n", "GET /echo []"},
        {"GET http://x/echo HTTP/1.1\r\nHost: x\r\n\r\n", "GET /echo []"},
        {"GET /echo?a=b+c&d=%26%3d&e HTTP/1.1\r\nHost: x\r\n\r\n", "GET /echo ?a=b c ?d=&= ?e= []"},
        {"GET /users/a%2Fb/notes/%C3%A9 HTTP/1.1\r\nHost: x\r\n\r\n",
         "GET /users/a/b/notes/\u00e9 id=a/b note=\u00e9 []"},
    };
    server_fixture fixture;
    fixture.start();
    for (const auto& [bytes, body] : rows) {
        INFO(bytes);
        const auto answer = fixture.ask(bytes);
        CHECK(answer.status == 200);
        CHECK(answer.body == body);
    }
}

TEST_CASE("server: a request that arrives byte by byte is the same request") {
    server_fixture fixture;
    fixture.start();
    for (const auto& bytes : {post("Content-Length: 3\r\n", "abc"), post(te_chunked, chunks)}) {
        auto socket = fixture.connect();
        for (char byte : bytes) {
            socket.send({&byte, 1});
        }
        const auto answer = socket.read_answer();
        CHECK(answer.body == "POST /echo [abc]");
    }
}

TEST_CASE("server: a head may be as large as the limit and not larger") {
    server_fixture fixture;
    fixture.options.header_bytes_max = 2'000;
    fixture.options.header_count_max = 5;
    fixture.start();
    const auto head_of = [](std::size_t size) {
        const auto empty = get("A: \r\n").size();
        return get(fmt::format("A: {}\r\n", std::string(size - empty, 'x')));
    };
    CHECK(fixture.ask(head_of(2'000)).status == 200);
    CHECK(fixture.ask(head_of(2'001)).status == 431);
    CHECK(fixture.ask(head_of(20'000)).status == 431);
    CHECK(fixture.ask(get("A: b\r\nA: b\r\nA: b\r\nA: b\r\n")).status == 200);
    const auto refused = fixture.ask(get("A: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\n"));
    CHECK(refused.status == 431);
    CHECK(refused.body.find("headers_too_large") != std::string::npos);
}

}  // namespace vf::http
