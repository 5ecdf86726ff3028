// Bodies in gzip: decoded within the limits of any body, and nothing else is.
#include <memory>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include <fmt/format.h>
#include <zlib.h>

#include "server_fixture.hpp"

namespace vf::http {

using tests::server_fixture;
using tests::small_body_limit;

namespace {

std::string gzip(const std::string& text) {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(out.size() - stream.avail_out);
    deflateEnd(&stream);
    return out;
}

std::string sized(std::string_view path, std::string_view coding, const std::string& body) {
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: x\r\nContent-Encoding: {}\r\nContent-Length: {}\r\n\r\n{}", path,
        coding, body.size(), body
    );
}

// In chunks of one byte.
std::string chunked(const std::string& body) {
    std::string out =
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\n"
        "Transfer-Encoding: chunked\r\n\r\n";
    for (const char byte : body) {
        out += std::string{"1\r\n"} + byte + "\r\n";
    }
    return out + "0\r\n\r\n";
}

}  // namespace

TEST_CASE("server: a body in gzip arrives decoded, however it is framed") {
    server_fixture fixture;
    fixture.start();
    CHECK(fixture.ask(sized("/echo", "gzip", gzip("hello"))).body == "POST /echo [hello]");
    CHECK(fixture.ask(sized("/echo", "GZIP", gzip("hello"))).body == "POST /echo [hello]");
    CHECK(fixture.ask(sized("/echo", "x-gzip", gzip("hello"))).body == "POST /echo [hello]");
    CHECK(fixture.ask(sized("/echo", "identity", "hello")).body == "POST /echo [hello]");
    CHECK(fixture.ask(chunked(gzip("hello"))).body == "POST /echo [hello]");
    CHECK(fixture.ask(sized("/echo", "gzip", gzip(""))).body == "POST /echo []");
    CHECK(fixture.ask(sized("/echo", "gzip", "")).body == "POST /echo []");
}

TEST_CASE("server: members that follow each other are one body") {
    server_fixture fixture;
    fixture.start();
    const auto three = gzip("one ") + gzip("") + gzip("two");
    CHECK(fixture.ask(sized("/echo", "gzip", three)).body == "POST /echo [one two]");
    CHECK(fixture.ask(chunked(three)).body == "POST /echo [one two]");
}

TEST_CASE("server: gzip that is cut off, damaged or followed by something else is 400") {
    server_fixture fixture;
    fixture.start();
    const auto sound = gzip("hello, hello, hello");
    auto damaged = sound;
    damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);
    for (const auto& body :
         {sound.substr(0, sound.size() - 1), sound.substr(0, 5), sound + "x",
          sound + std::string(1, '\0'), sound + sound.substr(0, 12), damaged,
          std::string{"hello, not gzip at all"}}) {
        const auto answer = fixture.ask(sized("/echo", "gzip", body));
        CHECK(answer.status == 400);
        CHECK(answer.body.find("bad_request") != std::string::npos);
        CHECK(fixture.ask(chunked(body)).status == 400);
    }
}

TEST_CASE("server: the limit of a body is of its decoded bytes too") {
    server_fixture fixture;
    fixture.start();
    const std::string fits(small_body_limit, 'a');
    CHECK(fixture.ask(sized("/echo", "gzip", gzip(fits))).status == 200);
    CHECK(fixture.ask(sized("/echo", "gzip", gzip(fits + "a"))).status == 413);
    CHECK(fixture.ask(chunked(gzip(fits + "a"))).status == 413);
}

TEST_CASE("server: a bomb is refused once it has passed the limit, and costs no more") {
    server_fixture fixture;
    const body_limits limits{10U << 20U, 10U << 20U};
    fixture.options.bodies = std::make_shared<body_budget>(limits, fixture.metrics);
    fixture.start();
    const auto bomb = gzip(std::string(256U << 20U, '\0'));
    REQUIRE(bomb.size() < (1U << 20U));
    CHECK(fixture.ask(sized("/big", "gzip", bomb)).status == 413);
    CHECK(tests::soon([&] { return fixture.options.bodies->held() == 0; }));
    CHECK(fixture.ask(sized("/big", "gzip", gzip(std::string(8U << 20U, 'z')))).status == 200);
}

TEST_CASE("server: decoded bytes count in the budget") {
    server_fixture fixture;
    const body_limits limits{1U << 20U, 1U << 20U};
    fixture.options.bodies = std::make_shared<body_budget>(limits, fixture.metrics);
    fixture.start();
    const auto packed = gzip(std::string(2U << 20U, 'z'));
    CHECK(fixture.ask(sized("/big", "gzip", packed)).status == 503);
    CHECK(fixture.ask(sized("/big", "gzip", gzip("small"))).status == 200);
}

TEST_CASE("server: other codings are 415 and are not read") {
    server_fixture fixture;
    fixture.start();
    for (const auto* coding : {"br", "deflate", "zstd", "gzip, gzip", "gzip, identity", "gzipp"}) {
        const auto answer = fixture.ask(sized("/echo", coding, "hello"));
        CHECK(answer.status == 415);
        CHECK(answer.has("Accept-Encoding: gzip\r\n"));
        CHECK(answer.body.find("unsupported_media_type") != std::string::npos);
    }
    const auto twice = fixture.ask(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\n"
        "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    );
    CHECK(twice.status == 415);
}

}  // namespace vf::http
