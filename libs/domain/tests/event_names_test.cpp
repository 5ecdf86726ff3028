#include "vf/domain/event_names.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

using namespace vf::domain;

TEST_CASE("event names: all ten canonical events are known") {
    const auto* name = GENERATE(
        "user_signed_up", "trial_started", "feature_used", "onboarding_step",
        "subscription_changed", "subscription_cancelled", "payment_failed", "trial_expiring",
        "user_invited", "usage_threshold_reached"
    );
    CHECK(find_canonical(name) != nullptr);
}

TEST_CASE("event names: a custom name is not canonical") {
    CHECK(find_canonical("report_exported") == nullptr);
    CHECK(find_canonical("") == nullptr);
    CHECK(find_canonical("User_Signed_Up") == nullptr);
}

TEST_CASE("event names: the house's prefixes are reserved and nothing beside them") {
    CHECK(is_reserved_name("$last_seen"));
    CHECK(is_reserved_name("vf_probe"));
    CHECK(is_reserved_name("vibefollow_x"));
    CHECK(is_reserved_name("email.opened"));
    CHECK_FALSE(is_reserved_name("email_opened"));
    CHECK_FALSE(is_reserved_name("my_vf_event"));
    CHECK_FALSE(is_reserved_name("VF_"));
}

TEST_CASE("event names: camelCase and snake_case are one spelling") {
    CHECK(snake_case("trialDays") == "trial_days");
    CHECK(snake_case("invitedEmail") == "invited_email");
    CHECK(snake_case("trial_days") == "trial_days");
    CHECK(snake_case("plan") == "plan");
}
