#include "normaliser/ingest/normalise.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <string>

#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

const instant received = *parse_instant("2024-11-20T12:00:00Z");

wire::ingest_record record_of(wire::ingest_kind kind, const std::string& body) {
    wire::ingest_record record;
    record.project = domain::project_id{"prj_1"};
    record.id.bytes[0] = 7;
    record.kind = kind;
    record.body = body;
    record.received_at = received;
    return record;
}

struct reason_row {
    wire::ingest_kind kind;
    std::string body;
    std::string code;
    std::string field;
};

}  // namespace

TEST_CASE("normalise: an event keeps its properties to the byte and happens when it says") {
    auto record = record_of(
        wire::ingest_kind::event, R"({"external_user_id":"u","name":"x","properties":{"n": 1.10},)"
                                  R"("timestamp":"2024-11-01T00:00:00+01:00"})"
    );
    record.historical = true;
    record.natural = true;
    const auto change = normalise(record);
    REQUIRE(change.has_value());
    const auto& event = std::get<new_event>(*change);
    CHECK(event.who == user_key{domain::project_id{"prj_1"}, domain::external_user_id{"u"}});
    CHECK(event.id == record.id);
    CHECK(event.name == "x");
    CHECK(event.properties == R"({"n": 1.10})");
    CHECK(event.occurred_at == *parse_instant("2024-10-31T23:00:00Z"));
    CHECK(event.received_at == received);
    CHECK(event.historical);
    CHECK(event.natural);
}

TEST_CASE("normalise: without a timestamp things happen when they were received") {
    const auto event =
        normalise(record_of(wire::ingest_kind::event, R"({"external_user_id":"u","name":"x"})"));
    CHECK(std::get<new_event>(event.value()).occurred_at == received);
    CHECK(std::get<new_event>(event.value()).properties == "{}");
    const auto user = normalise(record_of(wire::ingest_kind::user, R"({"external_user_id":"u"})"));
    CHECK(std::get<user_change>(user.value()).effective_at == received);
}

TEST_CASE("normalise: an identify carries address and traits") {
    const auto change = normalise(record_of(
        wire::ingest_kind::user,
        R"({"external_user_id":"u","email":"a@b.c","traits":{"plan":"pro","x":[1]}})"
    ));
    const auto& user = std::get<user_change>(change.value());
    CHECK(user.email == "a@b.c");
    CHECK(user.traits == std::vector<domain::trait>{{"plan", R"("pro")"}, {"x", "[1]"}});
}

TEST_CASE("normalise: what cannot be understood has a code and a field") {
    const auto row = GENERATE(values<reason_row>({
        {wire::ingest_kind::event, "{", "invalid_body", ""},
        {wire::ingest_kind::event, "[]", "invalid_body", ""},
        {wire::ingest_kind::event, R"({"name":"x"})", "invalid_body", "external_user_id"},
        {wire::ingest_kind::event,
         R"({"external_user_id":"u","name":"trial_expiring","properties":{"daysLeft":"soon"}})",
         "invalid_property", "properties.daysLeft"},
        {wire::ingest_kind::user, R"({"external_user_id":"u","email":"x"})", "invalid_body", "email"
        },
    }));
    const auto change = normalise(record_of(row.kind, row.body));
    REQUIRE_FALSE(change.has_value());
    CHECK(change.error().code == row.code);
    CHECK(change.error().field == row.field);
}
