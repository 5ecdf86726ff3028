#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>
#include <string_view>

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
    CHECK(again->kind == whole.kind);
    CHECK(again->text == whole.text);
    CHECK(again->boolean == whole.boolean);
    CHECK(again->source == whole.source);
    CHECK(again->items.size() == whole.items.size());
    CHECK(again->members.size() == whole.members.size());
    for (const value& item : whole.items) {
        check_slices(item);
    }
    for (const vf::json::member& one : whole.members) {
        check_slices(one.value);
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
        CHECK(parse(alone)->source == text);
        const std::string in_array = "[" + gap + inner + gap + "," + gap + inner + gap + "]";
        const auto array = parse(in_array);
        REQUIRE(array);
        CHECK(array->source == in_array);
        CHECK(array->items.at(0).source == text);
        CHECK(array->items.at(1).source == text);
        const std::string in_object = "{" + gap + "\"k\"" + gap + ":" + gap + inner + gap + "," +
                                      gap + "\"l\":" + inner + "}";
        const auto object = parse(in_object);
        REQUIRE(object);
        CHECK(object->source == in_object);
        CHECK(object->find("k")->source == text);
        CHECK(object->find("l")->source == text);
    }
}

TEST_CASE("source: a slice is a part of the input itself") {
    const std::string text = R"({"properties": {"price": 1.10, "note":"x"} })";
    const auto parsed = parse(text);
    REQUIRE(parsed);
    const std::string_view slice = parsed->find("properties")->source;
    CHECK(slice == R"({"price": 1.10, "note":"x"})");
    CHECK(slice.data() == text.data() + text.find("{\"price"));
}

TEST_CASE("source: every value of a mixed document parses again from its slice") {
    const std::string text = R"( { "a" : [ 1 , -2.5e3 ,"three", null,true , false, { } ,[ ] ],
        "é\n" : { "deep" : [ [ [ { "x" : [ "\ud83d\ude00" ] } ] ] ] } , "last":"," } )";
    const auto parsed = parse(text);
    REQUIRE(parsed);
    check_slices(*parsed);
}
