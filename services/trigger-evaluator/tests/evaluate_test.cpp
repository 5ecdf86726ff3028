#include "trigger-evaluator/evaluate/evaluate.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "trigger-evaluator/evaluate/now.hpp"

namespace vf::trigger_evaluator {

namespace {

using namespace std::chrono_literals;

constexpr duration tick = 1us;
const instant noon = from_microseconds(1'700'000'000'000'000);

rule make_rule() {
    rule rule;
    rule.id = domain::rule_id{"rul_a"};
    rule.preset = "welcome";
    rule.cooldown = 24h;
    rule.fresh_for = 6h;
    rule.active = true;
    rule.active_from = noon - 48h;
    rule.version = 3;
    return rule;
}

occurrence make_occurrence(instant ripe_at, std::string key = "first") {
    return {.key = std::move(key), .record = {}, .effective_at = noon, .ripe_at = ripe_at};
}

// An occurrence at noon, ripe an hour later.
user_input make_user(rule rule = make_rule()) {
    user_input user;
    user.user_id = 7;
    user.external_user = domain::external_user_id{"u1"};
    user.status = user_status::active;
    user.rules.push_back({.rule = std::move(rule), .occurrence = make_occurrence(noon + 1h)});
    return user;
}

verdict judged(const user_input& user, instant timestamp) {
    const decision decision = evaluate(user, timestamp);
    REQUIRE(decision.verdicts.size() == 1);
    CHECK((decision.verdicts.front() == verdict::fires) == !decision.fires.empty());
    return decision.verdicts.front();
}

}  // namespace

TEST_CASE("evaluate: each boundary is judged exactly, a microsecond before, at and after it") {
    struct row {
        const char* what;
        user_input user;
        instant boundary;
        verdict before;
        verdict expected;
        verdict after;
    };

    user_input cooling = make_user();
    cooling.rules[0].ledger.last_at = noon - 20h;  // the cooldown ends at noon + 4 h

    // The boundary is moved by moving what it is compared with, since `active_from` is no instant
    // of the tick: the occurrence ripens at the boundary, and the tick is long after.
    const std::vector<row> rows{
        {"ripe", make_user(), noon + 1h, verdict::not_ripe, verdict::fires, verdict::fires},
        {"stale", make_user(), noon + 7h, verdict::fires, verdict::stale, verdict::stale},
        {"cooldown end", cooling, noon + 4h, verdict::cooldown, verdict::fires, verdict::fires},
    };
    for (const row& each : rows) {
        INFO(each.what);
        CHECK(judged(each.user, each.boundary - tick) == each.before);
        CHECK(judged(each.user, each.boundary) == each.expected);
        CHECK(judged(each.user, each.boundary + tick) == each.after);
    }
}

TEST_CASE("evaluate: what ripened at or before the activation never fires") {
    struct row {
        duration active_from_after_ripe;
        verdict expected;
    };

    const auto [after, expected] = GENERATE(
        row{-1us, verdict::fires}, row{0us, verdict::before_activation},
        row{1us, verdict::before_activation}
    );
    auto rule = make_rule();
    rule.active_from = noon + 1h + after;
    CHECK(judged(make_user(rule), noon + 2h) == expected);
}

TEST_CASE("evaluate: the first gate that is shut gives the reason") {
    user_input user = make_user();
    SECTION("who may not be written to is left out, and nothing is due") {
        const auto [status, expected] = GENERATE(table<user_status, verdict>({
            {user_status::unsubscribed, verdict::unsubscribed},
            {user_status::suppressed, verdict::suppressed},
            {user_status::paused, verdict::paused},
            {user_status::no_email, verdict::no_email},
        }));
        user.status = status;
        user.rules[0].occurrence->ripe_at = noon + 2h;
        const decision decision = evaluate(user, noon);
        CHECK(decision.verdicts == std::vector{expected});
        CHECK(decision.due == never);
    }
    SECTION("nothing to fire for") {
        user.rules[0].occurrence.reset();
        CHECK(judged(user, noon + 2h) == verdict::no_occurrence);
    }
    SECTION("an occurrence that fired does not fire again, not even when it is stale") {
        user.rules[0].ledger = {.this_occurrence = true, .last_at = noon + 1h};
        CHECK(judged(user, noon + 2h) == verdict::already_fired);
        CHECK(judged(user, noon + 48h) == verdict::already_fired);
    }
    SECTION("refire once: any earlier fire is enough") {
        user.rules[0].rule.refire = refire::once;
        user.rules[0].ledger = {.this_occurrence = false, .last_at = noon - 900h};
        CHECK(judged(user, noon + 2h) == verdict::already_fired);
    }
    SECTION("activation is judged before the ledger, ripeness after it") {
        user.rules[0].rule.active_from = noon + 5h;
        user.rules[0].ledger.this_occurrence = true;
        CHECK(judged(user, noon) == verdict::before_activation);
        user.rules[0].rule.active_from = noon - 5h;
        CHECK(judged(user, noon) == verdict::already_fired);
    }
    SECTION("stale is judged before the cooldown") {
        user.rules[0].ledger.last_at = noon + 6h;
        CHECK(judged(user, noon + 8h) == verdict::stale);
    }
}

TEST_CASE("evaluate: what is due next is the earliest boundary that was asked for and not reached"
) {
    struct row {
        const char* what;
        user_input user;
        instant timestamp;
        instant due;
    };

    user_input cooling = make_user();
    cooling.rules[0].ledger.last_at = noon - 20h;
    auto paused = make_rule();
    paused.active = false;
    paused.active_from = never;
    auto once = make_rule();
    once.refire = refire::once;
    const std::vector<row> rows{
        {"not ripe: at ripeness", make_user(), noon, noon + 1h},
        {"cooling: at the end of the cooldown", cooling, noon + 2h, noon + 4h},
        {"fired: never", make_user(), noon + 2h, never},
        {"stale: never", make_user(), noon + 9h, never},
        {"a paused rule may be active by then", make_user(paused), noon, noon + 1h},
        {"a paused rule and a past ripeness: never", make_user(paused), noon + 1h, never},
        {"once: never after the fire", make_user(once), noon + 1h, never},
    };
    for (const row& each : rows) {
        INFO(each.what);
        CHECK(evaluate(each.user, each.timestamp).due == each.due);
    }
}

TEST_CASE("evaluate: a skipped user would have answered the same at any tick before it is due") {
    const user_input user = make_user();
    const decision first = evaluate(user, noon);
    for (const duration after : {duration{0}, duration{1us}, duration{30min}, duration{1h - 1us}}) {
        const decision again = evaluate(user, noon + after);
        CHECK(again.due == first.due);
        CHECK(again.verdicts == first.verdicts);
    }
}

TEST_CASE("evaluate: a fire carries what it was decided from") {
    const decision decision = evaluate(make_user(), noon + 1h);
    REQUIRE(decision.fires.size() == 1);
    const fire& fired = decision.fires.front();
    CHECK(fired.rule.text == "rul_a");
    CHECK(fired.preset == "welcome");
    CHECK(fired.rule_version == 3);
    CHECK(fired.occurrence.ripe_at == noon + 1h);
    CHECK(fired.occurrence.key == "first");
}

TEST_CASE("evaluate: each rule of a user is judged by itself and the earliest due wins") {
    user_input user = make_user();
    auto other = make_rule();
    other.id = domain::rule_id{"rul_b"};
    user.rules.push_back({.rule = other, .occurrence = make_occurrence(noon + 3h, "second")});
    const decision decision = evaluate(user, noon + 1h);
    CHECK(decision.verdicts == std::vector{verdict::fires, verdict::not_ripe});
    CHECK(decision.due == noon + 3h);
}

TEST_CASE("evaluate: durations that leave the calendar end at never, not in the past") {
    user_input user = make_user();
    user.rules[0].occurrence->ripe_at = never;
    CHECK(judged(user, noon + 1h) == verdict::not_ripe);
    auto rule = make_rule();
    rule.fresh_for = duration::max();
    CHECK(judged(make_user(rule), noon + 24h * 365) == verdict::fires);
}

TEST_CASE("reason codes are stable") {
    CHECK(reason_of(verdict::unsubscribed) == "excluded:unsubscribed");
    CHECK(reason_of(verdict::suppressed) == "excluded:suppressed");
    CHECK(reason_of(verdict::paused) == "excluded:paused");
    CHECK(reason_of(verdict::no_email) == "excluded:no_email");
    CHECK(reason_of(verdict::before_activation) == "before_activation");
    CHECK(reason_of(verdict::already_fired) == "already_fired");
    CHECK(reason_of(verdict::not_ripe) == "not_ripe");
    CHECK(reason_of(verdict::stale) == "stale");
    CHECK(reason_of(verdict::cooldown) == "cooldown_until");
}

}  // namespace vf::trigger_evaluator
