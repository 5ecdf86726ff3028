#include "normaliser/users/user_columns.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "normaliser/users/user_sql.hpp"

using namespace vf::normaliser;

TEST_CASE("user columns: a trait is found under either spelling, and under its alias") {
    REQUIRE(column_of_trait("signupDate") != nullptr);
    CHECK(column_of_trait("signupDate") == column_of_trait("signup_date"));
    CHECK(column_of_trait("timeZone") == column_of_trait("timezone"));
    CHECK(trait_name("timeZone") == "timezone");
    CHECK(trait_name("seatCount") == "seat_count");
    CHECK(trait_name("SeatCount") == "SeatCount");
    CHECK(column_of_trait("Plan") == nullptr);
}

TEST_CASE("user columns: what only the house writes is no trait's") {
    for (const auto* const name : {"email", "stage", "mrr_cents", "mrrCents", "access_ends_at"}) {
        CHECK(column_of_trait(name) == nullptr);
    }
}

TEST_CASE("user columns: every column is in both statements, and nothing is named twice") {
    for (const auto& column : user_columns()) {
        CAPTURE(column.name);
        CHECK(std::ranges::count(user_columns(), column.name, &user_column::name) == 1);
        const auto value = "r." + std::string{column.name};
        CHECK(sql::insert_users().contains(value));
        CHECK(sql::update_users().contains(value));
    }
    CHECK(user_column_names().starts_with("email, name, plan"));
    CHECK(user_column_values("r").contains("coalesce(r.stage, 'lead')"));
}
