#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

#include "vf/base/text.hpp"
#include "vf/json/mend.hpp"

using namespace vf;

namespace {

const std::string replacement = "\xEF\xBF\xBD";

struct sample {
    std::string text;
    std::string expected;
};

// What the member "a" is once the text was mended; "refused: " and the code where it is not.
std::string member_of(const std::string& text) {
    const auto mended = json::mend(text);
    const auto parsed = json::parse(mended, json::lenient);
    if (!parsed) {
        return "refused: " + parsed.error().code;
    }
    return std::string{parsed->root().string_at("a").value_or("none")};
}

}  // namespace

TEST_CASE("mend: what a provider sends can be read") {
    const auto row = GENERATE(values<sample>({
        {R"({"a":"plain"})", "plain"},
        {"\xEF\xBB\xBF{\"a\":\"mark\"}", "mark"},
        {R"({"a":"half \ud83d"})", "half " + replacement},
        {R"({"a":"half \ud83d\u0041"})", "half " + replacement + "A"},
        {R"({"a":"other \ude00 half"})", "other " + replacement + " half"},
        {R"({"a":"whole \ud83d\ude00"})", "whole \xF0\x9F\x98\x80"},
        {R"({"a":"nul \u0000."})", "nul " + replacement + "."},
        {std::string{"{\"a\":\"nul \0.\"}", 14}, "nul " + replacement + "."},
        {"{\"a\":\"line\nfeed\"}", "line\nfeed"},
        {"{\"a\":\"caf\xE9\"}", "caf" + replacement},
        {"{\"a\":\"cut \xF0\x9F\x98\"}", "cut " + replacement + replacement + replacement},
        {"{\"a\":\"caf\xC3\xA9\"}", "caf\xC3\xA9"},
        {R"({"a":"first","a":"second"})", "first"},
        {R"({"a":1e999})", "1e999"},
        {R"({"a":"\\u0000"})", "\\u0000"},
        {R"({"a":"\"\ud800\""})", "\"" + replacement + "\""},
    }));
    CHECK(member_of(row.text) == row.expected);
}

TEST_CASE("mend: what is no JSON stays none") {
    const auto text = GENERATE(
        as<std::string>{}, "", "{", R"({"a":"b"} x)", R"({"a":"b)", R"({"a":"b\)",
        R"({"a":"\u12"})", R"({"a":1-2e999})", R"({a:1})", "\xFF"
    );
    CHECK(member_of(text) == "refused: invalid_json");
}

TEST_CASE("mend: a number that fits keeps its kind, one that does not becomes a string") {
    const auto mended =
        json::mend(R"({"a":9007199254740993,"b":-1.5e3,"c":)" + std::string(70, '9') + "}");
    const auto parsed = json::parse(mended, json::lenient);
    REQUIRE(parsed.has_value());
    CHECK(parsed->root().find("a")->source == "9007199254740993");
    CHECK(parsed->root().find("b")->as_integer() == -1'500);
    CHECK(parsed->root().string_at("c") == std::string(70, '9'));
}

TEST_CASE("mend: what is good is not changed, whatever stands in it") {
    const std::string good = R"({"a":["\u0041\n",-0.5,true,null,{}],"b":"ö \"q\" \\"})";
    CHECK(json::mend(good) == good);
}

TEST_CASE("mend: any bytes in a string come out as text") {
    std::string text = "{\"a\":\"";
    for (int byte = 0; byte < 256; ++byte) {
        if (byte != '"' && byte != '\\') {
            text += static_cast<char>(byte);
        }
    }
    text += "\"}";
    const auto answer = member_of(text);
    CHECK(is_utf8(answer));
    CHECK(answer.contains("abc"));
    CHECK(json::mend(std::string(1'000'000, '[')).size() == 1'000'000);
}
