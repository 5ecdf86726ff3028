#include "vf/facts/event_predicate.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "vf/json/parse.hpp"

using namespace vf;
using namespace vf::facts;

namespace {

std::string where(std::string_view test) {
    return R"({"event":"e","where":[{"prop":"a.itemCount",)" + std::string{test} + "}]}";
}

}  // namespace

TEST_CASE("event predicate: two-valued, strict in type, in either spelling") {
    const std::string five = R"({"a":{"itemCount":5}})";
    const std::string snake = R"({"a":{"item_count":5.0}})";
    const std::string text = R"({"a":{"itemCount":"five"}})";

    struct row {
        std::string predicate;
        std::string properties;
        bool counts;
    };

    const std::vector<row> rows{
        {where(R"("op":"eq","value":5)"), five, true},
        {where(R"("op":"eq","value":5)"), snake, true},
        {where(R"("op":"eq","value":"5")"), five, false},
        {where(R"("op":"ne","value":5)"), five, false},
        {where(R"("op":"ne","value":5)"), "{}", true},
        {where(R"("op":"in","value":[4,5])"), five, true},
        {where(R"("op":"nin","value":[4,5])"), five, false},
        {where(R"("op":"nin","value":[])"), five, true},
        {where(R"("op":"gt","value":5)"), five, false},
        {where(R"("op":"gte","value":5)"), five, true},
        {where(R"("op":"lt","value":5.5)"), five, true},
        {where(R"("op":"lte","value":4)"), five, false},
        {where(R"("op":"lt","value":9)"), text, false},
        {where(R"("op":"contains","value":"iv")"), text, true},
        {where(R"("op":"starts_with","value":"fi")"), text, true},
        {where(R"("op":"ends_with","value":"fi")"), text, false},
        {where(R"("op":"contains","value":"5")"), five, false},
        {where(R"("op":"exists")"), five, true},
        {where(R"("op":"exists")"), R"({"a":{"itemCount":null}})", false},
        {where(R"("op":"missing")"), R"({"a":7})", true},
        {where(R"("op":"is_true")"), R"({"a":{"itemCount":true}})", true},
        {where(R"("op":"is_false")"), R"({"a":{"itemCount":true}})", false},
        {where(R"("op":"is_false")"), "{}", false},
    };
    for (const auto& each : rows) {
        INFO(each.predicate << " of " << each.properties);
        const auto predicate = parse_event_predicate(each.predicate);
        REQUIRE(predicate);
        CHECK(weigh(*predicate, json::parse(each.properties)->root()).has_value() == each.counts);
    }
    for (const auto* const bad :
         {"[]", "{}", R"({"event":[]})", R"({"event":"e","where":[{"prop":"a","op":"like"}]})",
          R"({"event":"e","where":[{"prop":"a","op":"eq"}]})",
          R"({"event":"e","where":[{"prop":"a","op":"in","value":1}]})", "no json"}) {
        CHECK_FALSE(parse_event_predicate(bad));
    }
}

TEST_CASE("event predicate: a weight is what the event says, and 1 where it says nothing of use") {
    const auto predicate = parse_event_predicate(R"({"event":"e","weight":"count"})");
    REQUIRE(predicate);
    const auto weight = [&](std::string_view properties) {
        return weigh(*predicate, json::parse(properties)->root());
    };
    CHECK(weight(R"({"count":7})") == 7);
    CHECK(weight(R"({"count":0})") == 0);
    CHECK(weight("{}") == 1);
    CHECK(weight(R"({"count":-2})") == 1);
    CHECK(weight(R"({"count":2.5})") == 1);
    CHECK(weight(R"({"count":"7"})") == 1);
}
