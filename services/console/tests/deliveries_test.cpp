#include <string>

#include <catch2/catch_test_macros.hpp>

#include "console/resources/deliveries.hpp"
#include "console/tests/fields_of.hpp"

using namespace vf::console;

TEST_CASE("delivery: it has exactly the fixed fields") {
    CHECK(
        fields_of(delivery_row{}) ==
        field_names{"id", "event_id", "endpoint_id", "type", "state", "attempts", "next_attempt_at"}
    );
}

TEST_CASE("delivery: in detail it has its attempts") {
    attempt_row attempt;
    attempt.took_microseconds = 12'345;
    attempt.outcome = "retry";
    attempt.error = "timed_out";
    const delivery_detail detail{delivery_row{}, {attempt}};
    CHECK(
        fields_of(detail) ==
        field_names{
            "id", "event_id", "endpoint_id", "type", "state", "attempts", "next_attempt_at",
            "project_id", "run", "created_at", "settled_at", "history"
        }
    );
    CHECK(
        object_json(detail).find(
            R"("took_ms":12,"outcome":"retry","status":null,"error":"timed_out","address":null,)"
            R"("response_body":null)"
        ) != std::string::npos
    );
}
