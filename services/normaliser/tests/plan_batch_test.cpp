#include "normaliser/ingest/plan_batch.hpp"

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "vf/base/time_text.hpp"
#include "vf/domain/reasons.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

const domain::project_id project{"prj_1"};
const project_set known{project};

wire::ingest_record event_of(
    std::uint8_t id, const std::string& user, const std::string& of = "prj_1"
) {
    wire::ingest_record record;
    record.project = domain::project_id{of};
    record.id.bytes[0] = id;
    record.body = R"({"external_user_id":")" + user + R"(","name":"x"})";
    record.received_at = *parse_instant("2024-11-20T12:00:00Z");
    return record;
}

wire::ingest_record unverified_of(std::uint8_t id, const std::string& user, std::uint8_t body) {
    auto record = event_of(id, user);
    record.unverified.emplace();
    record.unverified->body.bytes[0] = body;
    return record;
}

wire::ingest_record user_of(std::uint8_t id, const std::string& user) {
    auto record = event_of(id, user);
    record.kind = wire::ingest_kind::user;
    return record;
}

consumer::batch<wire::ingest_record> batch_of(std::vector<wire::ingest_record> records) {
    consumer::batch<wire::ingest_record> batch;
    for (auto& record : records) {
        batch.push_back({batch.size(), std::move(record)});
    }
    return batch;
}

planned_batch plan_of(std::vector<wire::ingest_record> records) {
    return plan_batch(batch_of(std::move(records)), known);
}

}  // namespace

TEST_CASE("plan: users and events keep their order of arrival") {
    const auto plan =
        plan_of({event_of(1, "a"), user_of(2, "b"), event_of(3, "c"), user_of(4, "d")});
    REQUIRE(plan.writing.events.size() == 2);
    REQUIRE(plan.writing.users.size() == 2);
    CHECK(plan.writing.events[0].who.user.text == "a");
    CHECK(plan.writing.events[1].who.user.text == "c");
    CHECK(plan.writing.users[1].who.user.text == "d");
    CHECK(plan.set_aside.empty());
}

TEST_CASE("plan: of one record that comes twice in a batch the first stands") {
    const auto plan = plan_of({event_of(1, "a"), event_of(1, "b"), event_of(2, "a")});
    REQUIRE(plan.writing.events.size() == 2);
    CHECK(plan.writing.events[0].who.user.text == "a");
    CHECK(plan.repeats == 1);
}

TEST_CASE("plan: a record of a project nobody knows is set aside, as is one without meaning") {
    auto empty = event_of(3, "a");
    empty.body = "[]";
    const auto plan = plan_of({event_of(1, "a"), event_of(2, "a", "prj_2"), empty});
    CHECK(plan.writing.size() == 1);
    REQUIRE(plan.set_aside.size() == 2);
    CHECK(plan.set_aside[0].index == 1);
    CHECK(plan.set_aside[0].reason.code == domain::reason::unknown_project);
    CHECK(plan.set_aside[0].impossible);
    CHECK(plan.set_aside[1].index == 2);
    CHECK(plan.set_aside[1].reason.code == domain::reason::invalid_body);
    // The door and the normaliser may differ in what they take: then anybody could send it.
    CHECK_FALSE(plan.set_aside[1].impossible);
}

TEST_CASE("plan: what a customer alone can bring about is not held against us") {
    auto wrong_type = event_of(1, "a");
    wrong_type.body =
        R"({"external_user_id":"a","name":"feature_used","properties":{"feature":7}})";
    const auto plan = plan_of({wrong_type});
    REQUIRE(plan.set_aside.size() == 1);
    CHECK(plan.set_aside[0].reason.code == domain::reason::invalid_property);
    CHECK_FALSE(plan.set_aside[0].impossible);
}

TEST_CASE("plan: only projects not known yet are looked for, each once") {
    const auto records = batch_of(
        {event_of(1, "a"), event_of(2, "a", "prj_3"), event_of(3, "a", "prj_2"),
         event_of(4, "a", "prj_3")}
    );
    const std::vector<domain::project_id> missing{
        domain::project_id{"prj_2"}, domain::project_id{"prj_3"}
    };
    CHECK(unknown_projects(records, known) == missing);
    CHECK(unknown_projects(batch_of({event_of(1, "a")}), known).empty());
}

TEST_CASE("plan: a natural twin is a repeat, another natural event is not") {
    auto twin = event_of(1, "a");
    twin.natural = true;
    auto other = event_of(2, "a");
    other.natural = true;
    const auto plan = plan_of({twin, other, twin});
    REQUIRE(plan.writing.events.size() == 2);
    CHECK(plan.repeats == 1);
    CHECK(plan.writing.events[0].natural);
    CHECK(plan.writing.events[1].id == other.id);
}

TEST_CASE("plan: what is unsettled is told with its place, and nothing else is") {
    const auto plan =
        plan_of({event_of(1, "a"), unverified_of(2, "b", 7), unverified_of(3, "c", 7)});
    CHECK(plan.writing.events.size() == 3);
    REQUIRE(plan.writing.unverified.size() == 2);
    CHECK(plan.writing.unverified[0].index == 1);
    CHECK(plan.writing.unverified[1].index == 2);
    CHECK(plan.writing.unverified[1].claim.body.bytes[0] == 7);
    CHECK(plan.writing.unverified[1].received_at == *parse_instant("2024-11-20T12:00:00Z"));
    CHECK(plan_of({event_of(1, "a")}).writing.unverified.empty());
}

TEST_CASE("plan: one write under two bodies is kept twice until the claims are settled") {
    const auto plan = plan_of(
        {unverified_of(1, "a", 7), unverified_of(1, "b", 8), unverified_of(1, "a", 7),
         event_of(1, "c")}
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
    CHECK(users(without_conflicts(plan.writing, {})) == "a");
    CHECK(users(without_conflicts(plan.writing, {0})) == "b");
    CHECK(users(without_conflicts(plan.writing, {1})) == "a");
    CHECK(users(without_conflicts(plan.writing, {0, 1})) == "c");
    CHECK(without_conflicts(plan.writing, {0, 1, 3}).size() == 0);
    CHECK(without_conflicts(plan.writing, {}).unverified.empty());
}

TEST_CASE("plan: an id that comes again 24 hours on either side is another write, for later") {
    const auto first = event_of(1, "a");
    const auto since = [&](vf::duration later) {
        auto record = first;
        record.received_at += later;
        return record;
    };
    const std::chrono::hours day{24};
    const std::chrono::microseconds tick{1};
    const auto plan = plan_of(
        {first, since(day), since(day - tick), since(day + day - tick), since(-day),
         since(tick - day), since(day + day)}
    );
    REQUIRE(plan.writing.events.size() == 1);
    CHECK(plan.writing.events[0].index == 0);
    REQUIRE(plan.again.size() == 3);
    CHECK(plan.again[0].events.size() == 1);
    CHECK(plan.again[0].events[0].index == 1);
    CHECK(plan.again[1].events[0].index == 4);
    CHECK(plan.again[2].events[0].index == 6);
    CHECK(plan.repeats == 3);
}

TEST_CASE("plan: claims of a later write of an id are resolved with that one") {
    auto later = unverified_of(1, "a", 2);
    later.received_at += std::chrono::hours{24};
    const auto plan = plan_of({unverified_of(1, "a", 1), later});
    CHECK(plan.writing.unverified.size() == 1);
    REQUIRE(plan.again.size() == 1);
    REQUIRE(plan.again[0].unverified.size() == 1);
    CHECK(plan.again[0].unverified[0].index == 1);
}
