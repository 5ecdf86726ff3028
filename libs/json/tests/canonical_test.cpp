#include "vf/json/canonical.hpp"

#include <catch2/catch_test_macros.hpp>

#include "vf/json/parse.hpp"

using namespace vf;

namespace {

std::string canonical_of(std::string_view text) {
    const auto parsed = json::parse(text);
    REQUIRE(parsed.has_value());
    return json::canonical(parsed->root());
}

}  // namespace

TEST_CASE("canonical: white space, escapes and the order of members do not matter") {
    const auto one = canonical_of(R"({"a":[1,true,null],"b":{"c":"é","d":""}})");
    CHECK(canonical_of(R"( { "b" : {"d":"","c":"\u00e9"} , "a":[ 1 , true , null ] } )") == one);
}

TEST_CASE("canonical: what says something else is something else") {
    const std::vector<std::string_view> texts{
        R"({"a":1})",         R"({"a":1.0})",  R"({"a":"1"})",   R"({"a":[1]})",  R"({"a":{}})",
        R"({"a":null})",      R"({"a":true})", R"({"a":false})", R"({})",         R"([])",
        R"(["a",1])",         R"([1,2])",      R"([2,1])",       R"([12])",       R"([[1],2])",
        R"([[1,2]])",         R"(["s"])",      R"(["ss"])",      R"({"ab":"c"})", R"({"a":"bc"})",
        R"({"a":"","b":""})",
    };
    for (std::size_t i = 0; i < texts.size(); ++i) {
        for (std::size_t j = i + 1; j < texts.size(); ++j) {
            INFO(texts[i] << " and " << texts[j]);
            CHECK(canonical_of(texts[i]) != canonical_of(texts[j]));
        }
    }
}
