#include "plan_batch.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "vf/base/time_text.hpp"
#include "vf/domain/reasons.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

const domain::project_id project{"prj_1"};
const project_set known{project};

decoded_ingest event_of(std::uint8_t id, const std::string& user, const std::string& of = "prj_1") {
    wire::ingest_record record;
    record.project = domain::project_id{of};
    record.id.bytes[0] = id;
    record.body = R"({"external_user_id":")" + user + R"(","name":"x"})";
    record.received_at = *parse_instant("2024-11-20T12:00:00Z");
    return record;
}

decoded_ingest unsettled_of(std::uint8_t id, const std::string& user, std::uint8_t body) {
    auto record = event_of(id, user);
    record->unsettled.emplace();
    record->unsettled->body.bytes[0] = body;
    return record;
}

decoded_ingest user_of(std::uint8_t id, const std::string& user) {
    auto record = event_of(id, user);
    record->kind = wire::ingest_kind::user;
    return record;
}

}  // namespace

TEST_CASE("decode: bytes that are not ours have a reason, their neighbours are decoded") {
    wire::ingest_record message;
    message.project = project;
    message.id.bytes[0] = 1;
    message.body = "{}";
    const auto good = wire::encode(message, domain::external_user_id{"u"}, wire::topic::ingest);
    auto bad = good;
    bad.value = "nonsense";
    const auto decoded = decode_ingest({bad, good});
    REQUIRE(decoded.size() == 2);
    REQUIRE_FALSE(decoded[0].has_value());
    CHECK(decoded[0].error().code == domain::reason::undecodable_record);
    CHECK(decoded[0].error().stage == "normalise");
    CHECK(decoded[1].value().project == project);
}

TEST_CASE("plan: users and events keep their order of arrival") {
    const auto plan =
        plan_batch({event_of(1, "a"), user_of(2, "b"), event_of(3, "c"), user_of(4, "d")}, known);
    REQUIRE(plan.writing.events.size() == 2);
    REQUIRE(plan.writing.users.size() == 2);
    CHECK(plan.writing.events[0].who.user.text == "a");
    CHECK(plan.writing.events[1].who.user.text == "c");
    CHECK(plan.writing.users[1].who.user.text == "d");
    CHECK(plan.aside.empty());
}

TEST_CASE("plan: of one record that comes twice in a batch the first stands") {
    const auto plan = plan_batch({event_of(1, "a"), event_of(1, "b"), event_of(2, "a")}, known);
    REQUIRE(plan.writing.events.size() == 2);
    CHECK(plan.writing.events[0].who.user.text == "a");
    CHECK(plan.repeats == 1);
}

TEST_CASE("plan: a record of a project nobody knows is set aside, as is one without meaning") {
    auto empty = event_of(3, "a");
    empty->body = "[]";
    const decoded_ingest undecodable =
        std::unexpected(wire::set_aside_reason{"normalise", "undecodable_record", {}, {}});
    const auto plan =
        plan_batch({event_of(1, "a"), event_of(2, "a", "prj_2"), empty, undecodable}, known);
    CHECK(plan.writing.size() == 1);
    REQUIRE(plan.aside.size() == 3);
    CHECK(plan.aside[0].first == 1);
    CHECK(plan.aside[0].second.code == domain::reason::unknown_project);
    CHECK(plan.aside[1].first == 2);
    CHECK(plan.aside[1].second.code == domain::reason::invalid_body);
    CHECK(plan.aside[2].first == 3);
    CHECK(plan.aside[2].second.code == domain::reason::undecodable_record);
}

TEST_CASE("plan: only projects not known yet are asked for, each once") {
    const std::vector<decoded_ingest> decoded{
        event_of(1, "a"), event_of(2, "a", "prj_3"), event_of(3, "a", "prj_2"),
        event_of(4, "a", "prj_3")
    };
    const std::vector<domain::project_id> asked{
        domain::project_id{"prj_2"}, domain::project_id{"prj_3"}
    };
    CHECK(unknown_projects(decoded, known) == asked);
    CHECK(unknown_projects({event_of(1, "a")}, known).empty());
}

TEST_CASE("plan: a natural twin is a repeat, another natural event is not") {
    auto twin = event_of(1, "a");
    twin->natural = true;
    auto other = event_of(2, "a");
    other->natural = true;
    const auto plan = plan_batch({twin, other, twin}, known);
    REQUIRE(plan.writing.events.size() == 2);
    CHECK(plan.repeats == 1);
    CHECK(plan.writing.events[0].natural);
    CHECK(plan.writing.events[1].id == other->id);
}

TEST_CASE("plan: what is unsettled is told with its place, and nothing else is") {
    const auto plan =
        plan_batch({event_of(1, "a"), unsettled_of(2, "b", 7), unsettled_of(3, "c", 7)}, known);
    CHECK(plan.writing.events.size() == 3);
    REQUIRE(plan.writing.unsettled.size() == 2);
    CHECK(plan.writing.unsettled[0].place == 1);
    CHECK(plan.writing.unsettled[1].place == 2);
    CHECK(plan.writing.unsettled[1].claim.body.bytes[0] == 7);
    CHECK(plan.writing.unsettled[1].at == *parse_instant("2024-11-20T12:00:00Z"));
    CHECK(plan_batch({event_of(1, "a")}, known).writing.unsettled.empty());
}

TEST_CASE("plan: one write under two bodies is kept twice until the claims are settled") {
    const auto plan = plan_batch(
        {unsettled_of(1, "a", 7), unsettled_of(1, "b", 8), unsettled_of(1, "a", 7), event_of(1, "c")
        },
        known
    );
    CHECK(plan.repeats == 1);
    REQUIRE(plan.writing.events.size() == 3);

    const auto users = [](const ingest_batch& batch) {
        std::string names;
        for (const auto& event : batch.events) {
            names += event.who.user.text;
        }
        return names;
    };
    CHECK(users(settled(plan.writing, {})) == "a");
    CHECK(users(settled(plan.writing, {0})) == "b");
    CHECK(users(settled(plan.writing, {1})) == "a");
    CHECK(users(settled(plan.writing, {0, 1})) == "c");
    CHECK(settled(plan.writing, {0, 1, 3}).size() == 0);
    CHECK(settled(plan.writing, {}).unsettled.empty());
}
