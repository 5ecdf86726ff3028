#include "trigger-evaluator/evaluate/read_rules.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "trigger-evaluator/evaluate/evaluate.hpp"
#include "trigger-evaluator/evaluate/explain.hpp"
#include "vf/json/parse.hpp"

namespace vf::trigger_evaluator {

namespace {

using namespace std::chrono_literals;

const instant noon = from_microseconds(1'700'000'000'000'000);

rule_row make_row(std::string params) {
    return {
        .id = domain::rule_id{"rul_a"},
        .project = domain::project_id{"prj_a"},
        .kind = "event",
        .preset = "welcome",
        .params = std::move(params),
        .active = true,
        .active_from = noon,
        .version = 2,
    };
}

}  // namespace

TEST_CASE("a rule: every parameter that all kinds have is read") {
    const auto read =
        read_rule(make_row(R"({"event":"user_signed_up","delay":"90s","refire":"once",)"
                           R"("cooldown":"0s","fresh_for":"12h"})"));
    REQUIRE(read);
    CHECK(read->id.text == "rul_a");
    CHECK(read->project.text == "prj_a");
    CHECK(read->preset == "welcome");
    CHECK(read->condition->event_names() == std::vector<std::string>{"user_signed_up"});
    CHECK(read->refire == refire::once);
    CHECK(read->cooldown == 0s);
    CHECK(read->fresh_for == 12h);
    CHECK(read->active_from == noon);
    CHECK(read->active);
    CHECK(read->version == 2);
}

TEST_CASE("a rule: what is not said has the documented default") {
    const auto read = read_rule(make_row(R"({"event":"payment_failed"})"));
    REQUIRE(read);
    CHECK(read->refire == refire::per_occurrence);
    CHECK(read->cooldown == 24h);
    CHECK(read->fresh_for == 24h);
}

TEST_CASE("a rule: parameters that cannot be read are refused by name") {
    struct row {
        const char* params;
        const char* code;
        const char* detail;
    };

    const auto [params, code, detail] = GENERATE(
        row{"not json", "invalid_parameter", "params"}, row{"[]", "invalid_parameter", "params"},
        row{"{}", "invalid_parameter", "event"},
        row{R"({"event":""})", "invalid_parameter", "event"},
        row{R"({"event":5})", "invalid_parameter", "event"},
        row{R"({"event":"a","delay":5})", "invalid_parameter", "delay"},
        row{R"({"event":"a","delay":"soon"})", "invalid_parameter", "delay"},
        row{R"({"event":"a","cooldown":"-1s"})", "invalid_parameter", "cooldown"},
        row{R"({"event":"a","refire":"always"})", "invalid_parameter", "refire"},
        row{R"({"event":"a","cooldown":5})", "invalid_parameter", "cooldown"},
        row{R"({"event":"a","refire":5})", "invalid_parameter", "refire"},
        row{R"({"event":"a","where":[]})", "unsupported_parameter", "where"},
        // The first of several; one that is missing after all that are there.
        row{R"({"refire":"x","where":[],"event":5})", "invalid_parameter", "refire"},
        row{R"({"where":[],"event":5,"refire":"x"})", "unsupported_parameter", "where"},
        row{R"({"event":5,"where":[],"refire":"x"})", "invalid_parameter", "event"},
        row{R"({"delay":"1h","where":[]})", "unsupported_parameter", "where"},
        row{R"({"fresh_for":"1h"})", "invalid_parameter", "event"}
    );
    const auto read = read_rule(make_row(params));
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == failure::data);
    CHECK(read.error().code == code);
    CHECK(read.error().detail == detail);
}

TEST_CASE("rules: a bad one is reported and the others stand") {
    auto paused = make_row(R"({"event":"b"})");
    paused.id = domain::rule_id{"rul_b"};
    paused.active = false;
    paused.active_from.reset();
    auto strange = make_row("{}");
    strange.id = domain::rule_id{"rul_c"};
    strange.kind = "astrology";
    auto resting = strange;
    resting.active = false;
    const std::vector rows{make_row(R"({"event":"a"})"), paused, strange, resting};

    const rule_set read = read_rules(rows);
    const auto rules = read.of(domain::project_id{"prj_a"});
    REQUIRE(rules.size() == 2);
    CHECK(rules[0].active);
    CHECK_FALSE(rules[1].active);
    REQUIRE(read.faults.size() == 1);
    CHECK(read.faults[0].rule.text == "rul_c");
    CHECK(read.faults[0].why.code == "unsupported_kind");
    CHECK(read.of(domain::project_id{"prj_z"}).empty());
}

TEST_CASE("explain: the snapshot is JSON with what was decided from") {
    fire fired;
    fired.rule_version = 4;
    const domain::record_id record;
    fired.occurrence = {record.uuid(), record, noon, noon + 1h};
    const std::string text = explain(fired, noon + 2h);
    const auto read = json::parse(text);
    REQUIRE(read);
    CHECK(read->root().string_at("occurrence") == "00000000-0000-0000-0000-000000000000");
    CHECK(read->root().string_at("event_id") == domain::event_id_of(domain::record_id{}).text);
    CHECK(read->root().string_at("effective_at") == "2023-11-14T22:13:20.000Z");
    CHECK(read->root().string_at("ripe_at") == "2023-11-14T23:13:20.000Z");
    CHECK(read->root().string_at("evaluated_at") == "2023-11-15T00:13:20.000Z");
    REQUIRE(read->root().find("rule_version") != nullptr);
    CHECK(read->root().find("rule_version")->as_integer() == 4);
}

TEST_CASE("explain: an occurrence that is no event names none") {
    fire fired;
    fired.occurrence = {"2023-11-14", std::nullopt, noon, noon};
    const std::string text = explain(fired, noon);
    const auto read = json::parse(text);
    REQUIRE(read);
    CHECK(read->root().string_at("occurrence") == "2023-11-14");
    CHECK(read->root().find("event_id") == nullptr);
}

}  // namespace vf::trigger_evaluator
