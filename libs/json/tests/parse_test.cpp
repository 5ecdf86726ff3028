#include "vf/json/parse.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace std::string_view_literals;
using vf::json::kind;
using vf::json::parse;

struct refusal {
    std::string_view text;
    std::string_view code;
};

void check_refused(std::string_view text, std::string_view code) {
    CAPTURE(text);
    const auto parsed = parse(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == vf::failure::data);
    CHECK(parsed.error().code == code);
    CHECK(parsed.error().detail.starts_with("at byte "));
}

std::string brackets(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

}  // namespace

TEST_CASE("parse: every kind of value arrives with its content") {
    CHECK(parse("null")->root().is(kind::null));
    CHECK(parse("true")->root().boolean);
    CHECK_FALSE(parse("false")->root().boolean);
    CHECK(parse("false")->root().is(kind::boolean));
    CHECK(parse("-1.50")->root().text == "-1.50");
    CHECK(parse("-1.50")->root().is(kind::number));
    CHECK(parse(R"("a")")->root().text == "a");
    CHECK(parse(R"("1")")->root().is(kind::string));
    CHECK(parse("[]")->root().is(kind::array));
    CHECK(parse("{}")->root().is(kind::object));
    const auto parsed = parse(R"({"a":[1,"x",[],{"b":null}],"":{"c":true}})");
    REQUIRE(parsed);
    REQUIRE(parsed->root().members().size() == 2);
    const vf::json::value& items = *parsed->root().find("a");
    REQUIRE(items.items().size() == 4);
    CHECK(items.items()[0].text == "1");
    CHECK(items.items()[1].text == "x");
    CHECK(items.items()[2].items().empty());
    CHECK(items.items()[3].find("b")->is(kind::null));
    CHECK(parsed->root().find("")->find("c")->boolean);
}

TEST_CASE("parse: members stay in the order they were written") {
    const auto parsed = parse(R"({"z":1,"a":2,"m":3})");
    REQUIRE(parsed);
    std::string names;
    for (const vf::json::value& one : parsed->root().members()) {
        names += one.name;
        names += one.text;
    }
    CHECK(names == "z1a2m3");
}

TEST_CASE("parse: escapes are decoded and other text is taken as it is") {
    CHECK(parse(R"("\"\\\/\b\f\n\r\t")")->root().text == "\"\\/\b\f\n\r\t");
    CHECK(parse(R"("\u0041\u00e9\u20AC\ud83d\ude00")")->root().text == "Aé€😀");
    CHECK(parse("\"é€😀\x7f\"")->root().text == "é€😀\x7f");
    CHECK(parse(R"({"\u0061":1})")->root().find("a")->text == "1");
    CHECK(parse(R"("\uFFFF")")->root().text == "\xef\xbf\xbf");
}

TEST_CASE("parse: strings of every length around the word size arrive whole") {
    for (std::size_t length = 0; length <= 40; ++length) {
        for (const std::string_view special : {""sv, "\\n"sv, "é"sv, "\\u0001"sv}) {
            const std::string before(length, 'x');
            const std::string text = "\"" + before + std::string{special} + "yz\"";
            const auto parsed = parse(text);
            REQUIRE(parsed);
            const std::string_view decoded = special == "\\n"       ? "\n"sv
                                             : special == "\\u0001" ? "\x01"sv
                                                                    : special;
            REQUIRE(parsed->root().text == before + std::string{decoded} + "yz");
            REQUIRE(parsed->root().source == text);
        }
    }
}

TEST_CASE("parse: numbers keep the text they were written with") {
    const std::string_view text = GENERATE(
        "0"sv, "-0", "1.10", "12345678901234567890123", "0.1e1", "1E+2", "1e-7", "-1.5e+10",
        "3.0000000000000000000000001", "1e308", "1.7976931348623157e308", "4.9e-324", "5e-324",
        "1e-324", "0e-324", "9007199254740993"
    );
    CAPTURE(text);
    const auto parsed = parse(text);
    REQUIRE(parsed);
    CHECK(parsed->root().text == text);
    CHECK(parsed->root().source == text);
}

TEST_CASE("parse: text that is not JSON is refused") {
    const std::string_view text = GENERATE(
        ""sv, " ", "\n\t", "nul", "nulll", "True", "undefined", "NaN", "Infinity", "-Infinity",
        "'a'", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", R"({"a")", R"({"a":)",
        R"({"a":1)", R"({"a":1,)", R"({"a":1,})", R"({,})", R"({a:1})", R"({"a" 1})",
        R"({"a":1 "b":2})", R"({1:2})", R"(")", R"("a)", R"("\x")", R"("\u12")", R"("\u12g4")",
        R"("\)", R"("\u)", "\"\x01\"", "\"a\nb\"", "\"\t\"", "01", "-01", "+1", "-", ".5", "1.",
        "1.e5", "1e", "1e+", "0x10", "1_000", "--1", "// note\n1", "1 // note", "/* */ 1"
    );
    check_refused(text, "invalid_json");
}

TEST_CASE("parse: whatever follows the value is refused") {
    const std::string_view text = GENERATE(
        "{} {}"sv, "{}x", "1 2", "null,", "[]]", R"("a""b")", "{}\0"sv, "{}\0{}"sv, "{} \0"sv,
        "1\0"sv, "\0"sv, "[1,\0 2]"sv, "\"a\0b\""sv
    );
    check_refused(text, "invalid_json");
}

TEST_CASE("parse: a byte order mark is refused") {
    check_refused("\xef\xbb\xbf{}", "invalid_json");
    check_refused("\xfe\xff\0{"sv, "invalid_json");
}

TEST_CASE("parse: bytes in strings and keys that are not UTF-8 are refused") {
    const std::string_view bad = GENERATE(
        "\x80"sv, "\xc0\x80", "\xc1\xbf", "\xc3", "\xe2\x82", "\xe0\x9f\xbf", "\xed\xa0\x80",
        "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xff", "\xf0\x9f\x98"
    );
    const std::string broken{bad};
    check_refused("\"" + broken + "\"", "invalid_utf8");
    check_refused("\"plain text before " + broken + " and behind\"", "invalid_utf8");
    check_refused(R"({"key )" + broken + R"(":1})", "invalid_utf8");
    check_refused("\"" + broken, "invalid_utf8");
}

TEST_CASE("parse: a surrogate without its other half is refused") {
    const std::string_view bad = GENERATE(
        R"(\ud800)"sv, R"(\udbff)", R"(\udc00)", R"(\udfff)", R"(\ud83dx)", R"(\ud83d\n)",
        R"(\ud83d\ud83d)", R"(\ude00\ud83d)", R"(a\udc00b)", R"(\ud83d\u0041)"
    );
    const std::string escape{bad};
    check_refused("\"" + escape + "\"", "lone_surrogate");
    check_refused(R"({")" + escape + R"(":1})", "lone_surrogate");
}

TEST_CASE("parse: an escaped NUL in a string or a key is refused") {
    check_refused(R"("\u0000")", "nul_character");
    check_refused(R"(["a\u0000b"])", "nul_character");
    check_refused(R"({"a\u0000":1})", "nul_character");
    check_refused(R"({"a":{"b":"\u0000"}})", "nul_character");
    CHECK(parse(R"("\\u0000")")->root().text == R"(\u0000)");
}

TEST_CASE("parse: a number that no double holds is refused") {
    const std::string_view text = GENERATE(
        "1e400"sv, "-1e400", "1e309", "1.8e308", "9.9e308", "[1e400]", "0.1e310", "1e99999999999"
    );
    check_refused(text, "number_out_of_range");
}

TEST_CASE("parse: the exponent of a number is limited, whatever it comes to") {
    const std::string_view text = GENERATE(
        "1e-325"sv, "0e325", "0e-325", "1e-400", "1e-16383", "1e-20000", "0e-20000", "0e20000",
        "-0.0E-20000", "[1.5e-99999999999999999999]", "1e-0325"
    );
    check_refused(text, "number_out_of_range");
    const vf::json::parse_limits limits{.number_exponent = 3};
    CHECK(parse("1e-3", limits));
    CHECK(parse("1e+0003", limits));
    CHECK_FALSE(parse("1e-4", limits));
    CHECK_FALSE(parse("1e4", limits));
}

TEST_CASE("parse: what is at fault is named by its path") {
    const auto path_of = [](const std::string& text) {
        CAPTURE(text);
        const auto parsed = vf::json::parse_located(text);
        REQUIRE_FALSE(parsed);
        return parsed.error().path;
    };
    const std::string bad = GENERATE(
        as<std::string>{}, "1e400", "1e-20000", R"("\ud800")", R"("\udc00")", R"("\u0000")",
        R"("x\ud83dy")", "\"\xff\"", R"({"":1,"":2})"
    );
    const std::string more = bad.front() == '{' ? "." : "";
    if (bad.front() != '{') {
        CHECK(path_of(bad).empty());
    }
    CHECK(path_of(R"({"a":)" + bad + "}") == "a" + more);
    CHECK(path_of(R"({"x":{"y":[1,{}]},"a":)" + bad + R"(,"b":2})") == "a" + more);
    CHECK(path_of(R"({"a":{"x":[],"b":[1,[],{"c":)" + bad + "}]}}") == "a.b[2].c" + more);
    CHECK(path_of(R"([[1,2],[3,)" + bad + "]]") == "[1][1]" + more);
}

TEST_CASE("parse: a name that is at fault is shown as it was written") {
    const auto path_of = [](const std::string& text) {
        const auto parsed = vf::json::parse_located(text);
        REQUIRE_FALSE(parsed);
        return parsed.error().path;
    };
    CHECK(path_of(R"({"traits":{"ok":1,"a\u0000b":1}})") == R"(traits.a\u0000b)");
    CHECK(path_of(R"({"traits":{"a\udc00":1}})") == R"(traits.a\udc00)");
    CHECK(path_of(R"({"traits" : { "a\"\ud800" :1}})") == R"(traits.a\"\ud800)");
    CHECK(path_of(R"([{"\ud800)") == R"([0].\ud800)");
    CHECK(path_of(R"({"traits":{"é":1,"\u00e9":1}})") == "traits.é");
    // What is no JSON has no names.
    CHECK(path_of("{no json").empty());
    CHECK(path_of(R"({"traits":{"a":tru}})").empty());
    // Of bytes that are no text nothing is shown.
    CHECK(path_of("{\"traits\":{\"\xff\":1}}") == "traits");
}

TEST_CASE("parse: a path is no longer than an answer needs, and whole characters") {
    std::string name;
    for (int i = 0; i < 200; ++i) {
        name += "é";
    }
    const std::string text = R"({"xx":{")" + name + R"(":1e400}})";
    const auto parsed = vf::json::parse_located(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().path == "xx." + name.substr(0, 252));
    CHECK(
        vf::json::parse_located(std::string_view{std::string(33, '[')}).error().path.size() ==
        32 * 3
    );
}

TEST_CASE("parse: the length of a number is limited") {
    const vf::json::parse_limits limits{.number_characters = 5};
    CHECK(parse("1234", limits));
    CHECK(parse("12345", limits));
    CHECK(parse("-1.5", limits));
    CHECK(parse("123456", limits).error().code == "number_out_of_range");
    CHECK(
        parse("[-1.234]", limits).error() ==
        vf::error{vf::failure::data, "number_out_of_range", "at byte 1"}
    );
    CHECK(parse(std::string_view{std::string(64, '7')}));
    check_refused(std::string(65, '7'), "number_out_of_range");
    const vf::json::parse_limits wide{.number_characters = 1000};
    CHECK(parse(std::string_view{std::string(308, '9')}, wide));
    CHECK(
        parse(std::string_view{std::string(400, '9')}, wide).error().code == "number_out_of_range"
    );
}

TEST_CASE("parse: a repeated key is refused, however it is spelt and wherever it stands") {
    const std::string_view text = GENERATE(
        R"({"a":1,"a":1})"sv, R"({"a":1,"b":2,"a":3})", R"({"a":1,"\u0061":2})",
        R"([{"x":{"a":1,"a":2}}])", R"({"":1,"":2})", R"({"a":{"b":1},"a":{}})"
    );
    check_refused(text, "duplicate_key");
    CHECK(parse(R"({"a":{"a":{"a":1}},"A":2})"));
    CHECK(parse(R"([{"a":1},{"a":1}])"));
    CHECK(parse(R"({"a":1,"a":22})").error().detail == "at byte 11");
}

TEST_CASE("parse: a repeated key is found in objects of few and of many members") {
    for (const std::size_t count : {3U, 63U, 64U, 65U, 66U, 100U}) {
        for (const std::size_t repeated : {std::size_t{0}, count / 2, count - 2}) {
            std::string text = "{";
            for (std::size_t i = 0; i + 1 < count; ++i) {
                text += "\"key" + std::to_string(i) + "\":" + std::to_string(i) + ",";
            }
            CAPTURE(count, repeated);
            const std::string whole = text + "\"last\":0}";
            CHECK(parse(whole)->root().members().size() == count);
            const std::string twice = text + "\"key" + std::to_string(repeated) + "\":0}";
            const auto parsed = parse(twice);
            REQUIRE_FALSE(parsed);
            CHECK(parsed.error().code == "duplicate_key");
            CHECK(parsed.error().detail == "at byte " + std::to_string(twice.size() - 2));
        }
    }
}

TEST_CASE("parse: an object of a hundred thousand keys is no quadratic trap") {
    std::string text = "{";
    for (int i = 0; i < 100'000; ++i) {
        text += "\"" + std::string(20, 'k') + std::to_string(i) + "\":1,";
    }
    const std::string whole = text + "\"last\":1}";
    const auto parsed = parse(whole);
    REQUIRE(parsed);
    CHECK(parsed->root().members().size() == 100'001);
    check_refused(text + "\"" + std::string(20, 'k') + "5\":1}", "duplicate_key");
}

TEST_CASE("parse: depth is limited") {
    const vf::json::parse_limits limits{.depth = 3};
    CHECK(parse(std::string_view{brackets(2)}, limits));
    CHECK(parse(std::string_view{brackets(3)}, limits));
    CHECK(
        parse(std::string_view{brackets(4)}, limits).error() ==
        vf::error{vf::failure::data, "too_deep", "at byte 3"}
    );
    CHECK(parse(R"({"a":[{"b":1}]})", limits));
    CHECK(parse(R"({"a":[{"b":{}}]})", limits).error().code == "too_deep");
    CHECK(parse(R"([[[1]],[[2]],{"a":[3]}])", limits));
    CHECK(parse("1", {.depth = 0}));
    CHECK(parse("[]", {.depth = 0}).error().code == "too_deep");
    CHECK(parse(std::string_view{brackets(32)}));
    check_refused(brackets(33), "too_deep");
}

TEST_CASE("parse: a body of brackets neither overflows the stack nor is read to its end") {
    check_refused(std::string(1'000'000, '['), "too_deep");
    std::string objects;
    for (int i = 0; i < 100'000; ++i) {
        objects += R"({"a":)";
    }
    check_refused(objects, "too_deep");
}

TEST_CASE("parse: the number of bytes is limited") {
    const vf::json::parse_limits limits{.bytes = 4};
    CHECK(parse("[1]", limits));
    CHECK(parse("[12]", limits));
    CHECK(parse("[123]", limits).error() == vf::error{vf::failure::data, "too_large", "at byte 4"});
}

TEST_CASE("parse: the number of values is limited") {
    const vf::json::parse_limits limits{.values = 3};
    CHECK(parse("[1]", limits));
    CHECK(parse("[1,2]", limits));
    CHECK(
        parse("[1,2,3]", limits).error() == vf::error{vf::failure::data, "too_large", "at byte 5"}
    );
    CHECK(parse(R"({"a":{"b":1}})", limits));
    CHECK(parse(R"({"a":{"b":[]},"c":1})", limits).error().code == "too_large");
}

TEST_CASE("parse: nothing is read behind the end of the text") {
    // Exactly as large as the text, so that the address sanitizer sees a byte too many.
    for (const std::string_view text :
         {"[1,2]"sv, "12"sv, "\"abcdefgh\""sv, "\"abcdefgh"sv, "tru"sv, "\"\\u00"sv, "\"\xe2\x82"sv,
          "{\"a\":1}  "sv}) {
        const auto exact = std::make_unique<char[]>(text.size());
        text.copy(exact.get(), text.size());
        const std::string_view unterminated{exact.get(), text.size()};
        CHECK(parse(unterminated).has_value() == parse(text).has_value());
    }
}
