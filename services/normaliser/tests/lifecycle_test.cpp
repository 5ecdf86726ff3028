#include "normaliser/users/lifecycle.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <map>
#include <optional>
#include <string>

#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

using column_map = std::map<std::string, std::optional<std::string>>;

struct event_row {
    std::string_view name;
    std::string_view properties;
    column_map columns;
};

}  // namespace

TEST_CASE("lifecycle: each canonical event says what it says") {
    const auto row = GENERATE(values<event_row>({
        {"user_signed_up", "{}", {{"stage", "signed_up"}}},
        {"trial_started", "{}", {{"stage", "trialing"}}},
        {"trial_started",
         R"({"trialDays":14})",
         {{"stage", "trialing"}, {"trial_ends_at", "2024-12-04T12:00:00.000000Z"}}},
        {"trial_started",
         R"({"trial_days":0.5})",
         {{"stage", "trialing"}, {"trial_ends_at", "2024-11-21T00:00:00.000000Z"}}},
        {"trial_started", R"({"trialDays":1e9})", {{"stage", "trialing"}}},
        {"trial_expiring", R"({"daysLeft":3})", {{"trial_ends_at", "2024-11-23T12:00:00.000000Z"}}},
        {"subscription_changed",
         R"({"to":"pro"})",
         {{"stage", "active"}, {"plan", "pro"}, {"access_ends_at", std::nullopt}}},
        {"subscription_changed",
         R"({"to":"pro","interval":"month","mrr":9900})",
         {{"stage", "active"},
          {"plan", "pro"},
          {"billing_interval", "month"},
          {"mrr_cents", "9900"},
          {"access_ends_at", std::nullopt}}},
        {"subscription_changed",
         R"({"to":"pro","mrr":1e300})",
         {{"stage", "active"}, {"plan", "pro"}, {"access_ends_at", std::nullopt}}},
        {"subscription_cancelled",
         "{}",
         {{"stage", "cancelled"}, {"access_ends_at", "2024-11-20T12:00:00.000000Z"}}},
        {"subscription_cancelled",
         R"({"effective_at":"2024-12-01T00:00:00Z"})",
         {{"stage", "cancelled"}, {"access_ends_at", "2024-12-01T00:00:00.000000Z"}}},
        {"subscription_cancelled",
         R"({"effectiveAt":null})",
         {{"stage", "cancelled"}, {"access_ends_at", "2024-11-20T12:00:00.000000Z"}}},
        {"subscription_cancelled",
         R"({"effectiveAt":"2024-12-01"})",
         {{"stage", "cancelled"}, {"access_ends_at", "2024-12-01T00:00:00.000000Z"}}},
        {"subscription_cancelled",
         R"({"effectiveAt":"2024-12-01t09:30z"})",
         {{"stage", "cancelled"}, {"access_ends_at", "2024-12-01T09:30:00.000000Z"}}},
        // What cannot be read does not mean now.
        {"subscription_cancelled", R"({"effectiveAt":"soon"})", {{"stage", "cancelled"}}},
        {"subscription_cancelled", R"({"effectiveAt":1733011200})", {{"stage", "cancelled"}}},
        {"subscription_cancelled", R"({"effectiveAt":""})", {{"stage", "cancelled"}}},
        // Of two spellings the one written last counts.
        {"trial_started",
         R"({"trialDays":1,"trial_days":2})",
         {{"stage", "trialing"}, {"trial_ends_at", "2024-11-22T12:00:00.000000Z"}}},
        {"trial_started",
         R"({"trial_days":2,"trialDays":1})",
         {{"stage", "trialing"}, {"trial_ends_at", "2024-11-21T12:00:00.000000Z"}}},
        {"trial_started", R"({"trialDays":1,"trial_days":null})", {{"stage", "trialing"}}},
        {"payment_failed", "{}", {{"stage", "past_due"}}},
        {"feature_used", R"({"feature":"x"})", {}},
        {"something_else", R"({"to":"pro"})", {}},
        {"user_signed_up", "not json", {}},
    }));
    const instant noon = *parse_instant("2024-11-20T12:00:00Z");
    user_writes writes;
    add_writes(writes, announced_event{row.name, row.properties, noon, {noon, noon, {}}});
    column_map columns;
    for (const auto& each : writes.columns) {
        columns[each.name] = each.text;
    }
    CHECK(columns == row.columns);
    CHECK(writes.traits.empty());
}

TEST_CASE("lifecycle: an event dated ahead shows its own time and is no newer than its receipt") {
    const instant noon = *parse_instant("2024-11-20T12:00:00Z");
    const instant ahead = noon + std::chrono::hours{20};
    user_writes writes;
    add_writes(writes, announced_event{"subscription_cancelled", "{}", ahead, {ahead, noon, {}}});
    REQUIRE(writes.columns.size() == 2);
    CHECK(writes.columns[1].name == "access_ends_at");
    CHECK(writes.columns[1].text == "2024-11-21T08:00:00.000000Z");
    CHECK(writes.columns[1].version == write_version{noon, noon, {}});
}
