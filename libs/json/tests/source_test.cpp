#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vf/base/random.hpp"
#include "vf/json/parse.hpp"

namespace {

using namespace std::string_view_literals;
using vf::json::parse;
using vf::json::value;

// Every value of the tree is what its own slice of the input parses to.
void check_slices(const value& whole) {
    const auto again = parse(whole.source);
    CAPTURE(whole.source);
    REQUIRE(again);
    CHECK(again->root().kind == whole.kind);
    CHECK(again->root().text == whole.text);
    CHECK(again->root().boolean == whole.boolean);
    CHECK(again->root().source == whole.source);
    CHECK(again->root().items().size() == whole.items().size());
    CHECK(std::ranges::distance(whole.items()) == std::ssize(whole.items()));
    CHECK(std::ranges::distance(whole.members()) == std::ssize(whole.members()));
    CHECK(again->root().members().size() == whole.members().size());
    for (const value& item : whole.items()) {
        check_slices(item);
    }
    for (const value& one : whole.members()) {
        CHECK(whole.find(one.name) == &one);
        check_slices(one);
    }
}

}  // namespace

TEST_CASE("source: a value of every kind is sliced without the white space around it") {
    const std::string_view text = GENERATE(
        "null"sv, "true", "false", "0", "-1.50e+3", R"("")", R"("a \" , : ] } b")", R"("\u00e9é")",
        "[]", "[ ]", "{}", "{ }", "[ 1 , [ 2 ] ]", R"({ "a" : { "b" : [ ] } })",
        R"([",:",{":,":1}])"
    );
    CAPTURE(text);
    for (const std::string_view space : {""sv, " "sv, "\r\n\t "sv}) {
        const std::string gap{space};
        const std::string inner{text};
        const std::string alone = gap + inner + gap;
        CHECK(parse(alone)->root().source == text);
        const std::string in_array = "[" + gap + inner + gap + "," + gap + inner + gap + "]";
        const auto array = parse(in_array);
        REQUIRE(array);
        CHECK(array->root().source == in_array);
        CHECK(array->root().items()[0].source == text);
        CHECK(array->root().items()[1].source == text);
        const std::string in_object = "{" + gap + "\"k\"" + gap + ":" + gap + inner + gap + "," +
                                      gap + "\"l\":" + inner + "}";
        const auto object = parse(in_object);
        REQUIRE(object);
        CHECK(object->root().source == in_object);
        CHECK(object->root().find("k")->source == text);
        CHECK(object->root().find("l")->source == text);
    }
}

TEST_CASE("source: a slice is a part of the input itself") {
    const std::string text = R"({"properties": {"price": 1.10, "note":"x"} })";
    const auto parsed = parse(text);
    REQUIRE(parsed);
    const std::string_view slice = parsed->root().find("properties")->source;
    CHECK(slice == R"({"price": 1.10, "note":"x"})");
    CHECK(slice.data() == text.data() + text.find("{\"price"));
}

TEST_CASE("source: every value of a mixed document parses again from its slice") {
    const std::string text = R"( { "a" : [ 1 , -2.5e3 ,"three", null,true , false, { } ,[ ] ],
        "é\n" : { "deep" : [ [ [ { "x" : [ "\ud83d\ude00" ] } ] ] ] } , "last":"," } )";
    const auto parsed = parse(text);
    REQUIRE(parsed);
    check_slices(parsed->root());
}

namespace {

// A value of any kind, written in one of the ways it may be written in.
std::string any_value(vf::seeded_random& randomness, int depth) {
    static const std::vector<std::string> scalars{
        "null",       "true",        "false",
        "0",          "-12.50e3",    R"("")",
        R"("plain")", R"("a\"\\b")", R"("\u00e9\ud83d\ude00")",
        R"("é")",     "[]",          "{ }"
    };
    const auto gap = randomness.next() % 3 == 0 ? " \n" : "";
    if (depth == 0 || randomness.next() % 3 == 0) {
        return gap + scalars.at(randomness.next() % scalars.size()) + gap;
    }
    const bool object = randomness.next() % 2 == 0;
    std::string text{object ? '{' : '['};
    const auto count = randomness.next() % 6;
    for (std::uint64_t i = 0; i < count; ++i) {
        text += i == 0 ? "" : ",";
        text += object ? R"("\u006b)" + std::to_string(i) + "\":" : "";
        text += any_value(randomness, depth - 1);
    }
    return text + gap + (object ? '}' : ']');
}

}  // namespace

TEST_CASE("source: whatever is written, every value of it parses again from its slice") {
    vf::seeded_random randomness{7};
    for (int round = 0; round < 300; ++round) {
        const auto text = any_value(randomness, 5);
        auto parsed = parse(text);
        CAPTURE(text);
        REQUIRE(parsed);
        // Moved as a member of something that is moved: what it refers to stays where it is.
        const auto moved = std::move(*parsed);
        check_slices(moved.root());
    }
}
