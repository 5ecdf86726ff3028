#include "vf/json/writer.hpp"

#include <catch2/catch_test_macros.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "vf/base/random.hpp"
#include "vf/json/parse.hpp"

namespace {

using namespace std::string_view_literals;
using vf::json::writer;

std::string json_string(std::string_view text) {
    writer out;
    out.string(text);
    return std::move(out).take();
}

// In a child, because what it does ends the process.
template <class Misuse>
bool aborts(Misuse misuse) {
    const pid_t child = ::fork();
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);
        ::close(STDERR_FILENO);
        writer out;
        misuse(out);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

}  // namespace

TEST_CASE("writer: containers, members and scalars come out compact and in order") {
    writer out;
    out.begin_object()
        .member("text", "a"sv)
        .member("literal", "b")
        .member("number", std::int64_t{-5})
        .member("truth", true)
        .key("nothing")
        .null()
        .key("list")
        .begin_array()
        .integer(1)
        .string("two")
        .boolean(false)
        .begin_object()
        .end_object()
        .begin_array()
        .end_array()
        .end_array()
        .key("raw")
        .raw("{ \"price\": 1.10 }")
        .end_object();
    const auto written = std::move(out).take();
    CHECK(
        written == R"({"text":"a","literal":"b","number":-5,"truth":true,"nothing":null,)"
                   R"("list":[1,"two",false,{},[]],"raw":{ "price": 1.10 }})"
    );
}

TEST_CASE("writer: a scalar alone is a document") {
    CHECK(json_string("a") == R"("a")");
    writer number;
    number.integer(std::numeric_limits<std::int64_t>::min());
    const auto number_text = std::move(number).take();
    CHECK(number_text == "-9223372036854775808");
    writer raw;
    raw.raw("1e400");
    const auto raw_text = std::move(raw).take();
    CHECK(raw_text == "1e400");
}

TEST_CASE("writer: what must be escaped is, and nothing else") {
    CHECK(json_string("") == R"("")");
    CHECK(json_string("\"\\") == R"("\"\\")");
    CHECK(json_string("\b\f\n\r\t") == R"("\b\f\n\r\t")");
    CHECK(json_string("\0\x01\x1f"sv) == R"("\u0000\u0001\u001f")");
    CHECK(json_string("/\x7f é€😀 \u2028") == "\"/\x7f é€😀 \u2028\"");
    writer out;
    out.begin_object().member("a\"\n", "x"sv).end_object();
    const auto out_text = std::move(out).take();
    CHECK(out_text == R"({"a\"\n":"x"})");
}

TEST_CASE("writer: any string is read back by the parser") {
    constexpr std::uint64_t seed = 7;
    CAPTURE(seed);
    vf::seeded_random randomness{seed};
    for (int round = 0; round < 500; ++round) {
        std::string text;
        for (std::uint64_t left = randomness.next() % 40; left > 0; --left) {
            const auto character = static_cast<char>(1 + randomness.next() % 127);
            text += randomness.next() % 8 == 0 ? "é" : std::string(1, character);
        }
        const std::string written = json_string(text);
        const auto parsed = vf::json::parse(written);
        REQUIRE(parsed);
        REQUIRE(parsed->root().text == text);
    }
}

TEST_CASE("writer: calls in an impossible order end the process") {
    CHECK_FALSE(aborts([](writer& out) { out.begin_object().member("a", true).end_object(); }));
    CHECK(aborts([](writer& out) { out.begin_object().integer(1); }));
    CHECK(aborts([](writer& out) { out.begin_object().key("a").end_object(); }));
    CHECK(aborts([](writer& out) { out.begin_object().key("a").key("b"); }));
    CHECK(aborts([](writer& out) { out.begin_object().end_array(); }));
    CHECK(aborts([](writer& out) { out.begin_array().end_object(); }));
    CHECK(aborts([](writer& out) { out.begin_array().key("a"); }));
    CHECK(aborts([](writer& out) { out.key("a"); }));
    CHECK(aborts([](writer& out) { out.end_array(); }));
    CHECK(aborts([](writer& out) { out.integer(1).integer(2); }));
    CHECK(aborts([](writer& out) { out.raw(""); }));
    CHECK(aborts([](writer& out) { out.string("\xff"); }));
    CHECK(aborts([](writer& out) { (void)std::move(out).take(); }));
    CHECK(aborts([](writer& out) { (void)std::move(out.begin_array()).take(); }));
}
