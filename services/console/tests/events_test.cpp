#include <string>

#include <catch2/catch_test_macros.hpp>

#include "console/resources/events.hpp"
#include "console/tests/fields_of.hpp"
#include "vf/domain/ids.hpp"

using namespace vf::console;

TEST_CASE("event: it carries the customer's properties verbatim") {
    event_row row;
    row.record = "018f3c2e-0000-7000-8000-000000000001";
    row.name = "feature_used";
    row.properties = R"({ "count": 1.10 })";
    CHECK(
        fields_of(row) ==
        field_names{"id", "name", "properties", "occurred_at", "received_at", "attached_at"}
    );
    const std::string text = object_json(row);
    CHECK(text.find(R"("properties":{ "count": 1.10 })") != std::string::npos);
    CHECK(text.find(R"("attached_at":null)") != std::string::npos);
    CHECK(vf::domain::is_well_formed(shown_id(row), vf::domain::prefix::event));
}
