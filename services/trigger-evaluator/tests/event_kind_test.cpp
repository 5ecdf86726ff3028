#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "trigger-evaluator/evaluate/evaluate.hpp"
#include "trigger-evaluator/evaluate/now.hpp"
#include "trigger-evaluator/evaluate/rule_kinds.hpp"
#include "vf/json/parse.hpp"

namespace vf::trigger_evaluator {

namespace {

using namespace std::chrono_literals;

const instant noon = from_microseconds(1'700'000'000'000'000);

domain::record_id make_record(std::uint8_t last) {
    domain::record_id record_id;
    record_id.bytes[15] = last;
    return record_id;
}

std::shared_ptr<const rule_condition> read_condition(const std::string& params) {
    const auto* kind = find_rule_kind("event");
    REQUIRE(kind != nullptr);
    const auto object = json::parse(params);
    REQUIRE(object);
    parameters read{object->root()};
    auto condition = kind->read(read);
    REQUIRE(read.finish());
    return condition;
}

}  // namespace

TEST_CASE("rule kinds: one that is not in the table is not found") {
    CHECK(find_rule_kind("astrology") == nullptr);
    CHECK(find_rule_kind("") == nullptr);
}

TEST_CASE("kind event: it looks at the latest event of its name") {
    const auto condition = read_condition(R"({"event":"user_signed_up"})");
    CHECK(condition->event_names() == std::vector<std::string>{"user_signed_up"});
    user_facts facts;
    facts.last_events["payment_failed"] = {make_record(1), noon, noon};
    CHECK_FALSE(condition->find(facts));
    facts.last_events["user_signed_up"] = {make_record(2), noon - 1s, noon};
    const auto found = condition->find(facts);
    REQUIRE(found);
    CHECK(found->key == "00000000-0000-0000-0000-000000000002");
    CHECK(found->record == make_record(2));
    CHECK(found->effective_at == noon - 1s);
    CHECK(found->ripe_at == noon - 1s);
}

TEST_CASE("kind event: an occurrence ripens after the delay, at never when that is beyond time") {
    user_facts facts;
    facts.last_events["a"] = {make_record(1), noon, noon};
    const auto ripe_at = [&facts](const std::string& delay) {
        return read_condition(R"({"event":"a","delay":")" + delay + R"("})")->find(facts)->ripe_at;
    };
    CHECK(ripe_at("0s") == noon);
    CHECK(ripe_at("90s") == noon + 90s);
    CHECK(later(noon, duration::max()) == never);
}

TEST_CASE("kind event: an event dated ahead of its arrival counts from its arrival") {
    user_facts facts;
    facts.last_events["a"] = {make_record(1), noon + 20h, noon};
    const auto found = read_condition(R"({"event":"a","delay":"1h"})")->find(facts);
    REQUIRE(found);
    CHECK(found->effective_at == noon);
    CHECK(found->ripe_at == noon + 1h);
}

TEST_CASE("kind event: each rule of a user has the occurrence that its condition finds") {
    user_input user;
    user.facts.last_events["a"] = {make_record(1), noon, noon};
    rule first, second;
    first.condition = read_condition(R"({"event":"a","delay":"1h"})");
    second.condition = read_condition(R"({"event":"b"})");
    user.rules = {{.rule = first}, {.rule = second}};
    find_occurrences(user);
    REQUIRE(user.rules[0].occurrence);
    CHECK(user.rules[0].occurrence->ripe_at == noon + 1h);
    CHECK_FALSE(user.rules[1].occurrence);
}

}  // namespace vf::trigger_evaluator
