#include "normaliser/facts/facts.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <vector>

#include "normaliser/facts/fact_rules.hpp"
#include "vf/base/time_text.hpp"
#include "vf/json/parse.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

const instant noon = *parse_instant("2024-11-20T12:00:00Z");

occurrence seen_at(int minute, std::int64_t weight = 1, bool historical = false) {
    occurrence occurrence;
    occurrence.occurred_at = noon + std::chrono::minutes{minute};
    occurrence.record.bytes[15] = static_cast<std::uint8_t>(minute);
    occurrence.weight = weight;
    occurrence.historical = historical;
    return occurrence;
}

std::string where(std::string_view test) {
    return R"({"event":"e","where":[{"prop":"a.itemCount",)" + std::string{test} + "}]}";
}

}  // namespace

TEST_CASE("facts: a fold keeps count, weight, ends and the newest few") {
    fact one;
    fold(one, seen_at(3, 2), 2);
    fold(one, seen_at(1, 5), 2);
    fold(one, seen_at(9, 1, true), 2);
    fold(one, seen_at(4), 2);
    CHECK(one.count == 4);
    CHECK(one.weight == 9);
    CHECK(one.first_at == seen_at(1).occurred_at);
    CHECK(one.last == event_reference{seen_at(9).occurred_at, seen_at(9).record});
    CHECK(one.last_live == event_reference{seen_at(4).occurred_at, seen_at(4).record});
    CHECK(
        one.newest ==
        std::vector<weighted_time>{{seen_at(9).occurred_at, 1}, {seen_at(4).occurred_at, 1}}
    );
}

TEST_CASE("facts: the order of arrival does not matter") {
    std::mt19937 random{7};
    std::vector<occurrence> history;
    for (int i = 0; i < 60; ++i) {
        const auto minute = static_cast<int>(random() % 30);
        history.push_back(seen_at(minute, static_cast<std::int64_t>(random() % 4), i % 5 == 0));
        history.back().record.bytes[0] = static_cast<std::uint8_t>(i);
    }
    fact in_order;
    for (const auto& each : history) {
        fold(in_order, each, 11);
    }
    for (int round = 0; round < 50; ++round) {
        std::ranges::shuffle(history, random);
        fact shuffled;
        for (const auto& each : history) {
            fold(shuffled, each, 11);
        }
        REQUIRE(shuffled == in_order);
    }
}

TEST_CASE("facts: packed and unpacked they are the same, and spoilt bytes are refused") {
    facts all;
    fold(all[1], seen_at(3, 2), 3);
    fold(all[1], seen_at(-500'000, 0), 3);
    fold(all[70'000], seen_at(1, 1'000'000, true), 3);
    const auto packed = pack(all);
    CHECK(unpack(packed) == all);
    CHECK(unpack("") == facts{});
    CHECK(pack({}).empty());
    for (std::size_t length = 1; length < packed.size(); ++length) {
        const auto cut = unpack(std::string_view{packed}.substr(0, length));
        CHECK((!cut || *cut != all));
    }
    CHECK_FALSE(unpack("\x02"));
}

TEST_CASE("leaf: two-valued, strict in type, in either spelling") {
    const std::string five = R"({"a":{"itemCount":5}})";
    const std::string snake = R"({"a":{"item_count":5.0}})";
    const std::string text = R"({"a":{"itemCount":"five"}})";

    struct row {
        std::string leaf;
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
        INFO(each.leaf << " of " << each.properties);
        const auto leaf = parse_event_predicate(each.leaf);
        REQUIRE(leaf);
        CHECK(weigh(*leaf, *json::parse(each.properties)).has_value() == each.counts);
    }
    for (const auto* const bad :
         {"[]", "{}", R"({"event":[]})", R"({"event":"e","where":[{"prop":"a","op":"like"}]})",
          R"({"event":"e","where":[{"prop":"a","op":"eq"}]})",
          R"({"event":"e","where":[{"prop":"a","op":"in","value":1}]})", "no json"}) {
        CHECK_FALSE(parse_event_predicate(bad));
    }
}

TEST_CASE("leaf: a weight is what the event says, and 1 where it says nothing of use") {
    const auto leaf = parse_event_predicate(R"({"event":"e","weight":"count"})");
    REQUIRE(leaf);
    const auto weight = [&](std::string_view properties) {
        return weigh(*leaf, *json::parse(properties));
    };
    CHECK(weight(R"({"count":7})") == 7);
    CHECK(weight(R"({"count":0})") == 0);
    CHECK(weight("{}") == 1);
    CHECK(weight(R"({"count":-2})") == 1);
    CHECK(weight(R"({"count":2.5})") == 1);
    CHECK(weight(R"({"count":"7"})") == 1);
}

TEST_CASE("fact rules: an event counts for the facts of its project that name it") {
    fact_rules rules;
    rules.add("prj_1", 1, R"({"event":["a","b","a"]})", 3);
    rules.add("prj_1", 2, R"({"event":"a","where":[{"prop":"x","op":"exists"}]})", 1);
    rules.add("prj_2", 1, R"({"event":"c"})", 1);
    rules.add("prj_2", 2, "no leaf", 1);
    CHECK(rules.names() == std::vector<std::string>{"a", "b", "c"});
    std::vector<fact_occurrence> occurrences;
    rules.count(occurrences, "prj_1", "a", R"({"x":1})", seen_at(1));
    rules.count(occurrences, "prj_1", "a", "{}", seen_at(2));
    rules.count(occurrences, "prj_1", "c", "{}", seen_at(3));
    rules.count(occurrences, "prj_3", "a", "{}", seen_at(4));
    REQUIRE(occurrences.size() == 3);
    facts folded;
    fold(folded, occurrences);
    CHECK(folded.at(1).count == 2);
    CHECK(folded.at(2).count == 1);
}
