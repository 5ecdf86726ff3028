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
    CHECK(snake_case("userID") == "user_i_d");
}

TEST_CASE("event names: a spelling is what comes to the same snake_case") {
    CHECK(is_spelling_of("trialDays", "trial_days"));
    CHECK(is_spelling_of("trial_days", "trial_days"));
    CHECK(is_spelling_of("plan", "plan"));
    CHECK_FALSE(is_spelling_of("trialdays", "trial_days"));
    CHECK_FALSE(is_spelling_of("TrialDays", "trial_days"));
    CHECK_FALSE(is_spelling_of("trial_Days", "trial_days"));
    CHECK_FALSE(is_spelling_of("", "plan"));
}

TEST_CASE("event names: names that differ by case alone are two") {
    const auto pairs = {
        std::pair{"Plan", "plan"},    {"PLAN", "plan"},
        {"firstName", "FirstName"},   {"first_Name", "first_name"},
        {"First_Name", "first_name"}, {"userID", "userId"},
        {"fooBar", "foobar"},         {"a_B", "aB"},
    };
    for (const auto& [one, other] : pairs) {
        CAPTURE(one, other);
        CHECK(snake_case(one) != snake_case(other));
    }
}
