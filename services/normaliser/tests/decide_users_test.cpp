#include "normaliser/ingest/decide_users.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

const instant noon = *parse_instant("2024-11-20T12:00:00Z");
const domain::project_id project{"prj_1"};

domain::record_id record(int number) {
    domain::record_id id;
    id.bytes[0] = static_cast<std::uint8_t>(number);
    return id;
}

user_change change_of(int number, const std::string& user, int minute = 0) {
    user_change change;
    change.who = {project, domain::external_user_id{user}};
    change.id = record(number);
    change.traits = {{"plan", R"("pro")"}};
    change.effective_at = noon + std::chrono::minutes{minute};
    change.received_at = noon;
    return change;
}

new_event event_of(int number, const std::string& user, int minute = 0) {
    new_event event;
    event.who = {project, domain::external_user_id{user}};
    event.id = record(number);
    event.name = "trial_started";
    event.properties = "{}";
    event.occurred_at = noon + std::chrono::minutes{minute};
    event.received_at = noon;
    return event;
}

decision_context context() {
    decision_context context{{}, [](std::string_view) { return false; }, noon};
    context.rules.add("prj_1", 7, R"({"event":"trial_started"})", 1);
    return context;
}

user_update& update_of(user_updates& users, std::string_view user) {
    return users.at({project.text, user});
}

}  // namespace

TEST_CASE("decide users: what was claimed before is taken out") {
    ingest_batch batch;
    batch.users = {change_of(1, "ada")};
    batch.events = {event_of(2, "ada"), event_of(3, "bob")};
    auto users = group_by_user(batch);
    repeated_records repeats;
    repeats.add(project, record(1));
    repeats.add(domain::project_id{"prj_2"}, record(2));
    repeats.add(project, record(3));
    drop_repeats(users, repeats);
    CHECK(update_of(users, "ada").changes.empty());
    CHECK(update_of(users, "ada").events.size() == 1);
    CHECK_FALSE(update_of(users, "bob").has_records());
}

TEST_CASE("decide users: what is left is counted, and when each user is seen by it") {
    ingest_batch batch;
    batch.users = {change_of(1, "ada", 5)};
    batch.events = {event_of(2, "ada", -5), event_of(3, "bob", 1)};
    auto users = group_by_user(batch);
    const auto count = count_records(users);
    CHECK(count.users == 1);
    CHECK(count.events == 2);
    CHECK(update_of(users, "ada").first_at == noon - std::chrono::minutes{5});
    // Nobody is seen later than we heard of it.
    CHECK(update_of(users, "ada").last_at == noon);
    CHECK(update_of(users, "bob").first_at == noon);
    CHECK(projects_of(users) == std::vector<std::string>{"prj_1"});
}

TEST_CASE("decide users: whoever has a row or gets one has writes and occurrences") {
    ingest_batch batch;
    batch.users = {change_of(1, "new")};
    batch.events = {event_of(2, "new", 9), event_of(3, "old", -9), event_of(4, "unknown")};
    auto users = group_by_user(batch);
    update_of(users, "old").user_id = 5;
    decide_users(users, context());

    const auto& created = update_of(users, "new");
    REQUIRE(created.writes.columns.size() == 2);
    CHECK(created.writes.columns[0].name == "plan");
    CHECK(created.writes.columns[1].name == "stage");
    REQUIRE(created.occurrences.size() == 1);
    CHECK(created.occurrences[0].fact_id == 7);
    // No event happens later than it is received.
    CHECK(created.occurrences[0].seen.occurred_at == noon);

    const auto& old = update_of(users, "old");
    CHECK(old.writes.columns.size() == 1);
    REQUIRE(old.occurrences.size() == 1);
    CHECK(old.occurrences[0].seen.occurred_at == noon - std::chrono::minutes{9});

    const auto& unknown = update_of(users, "unknown");
    CHECK(unknown.writes.empty());
    CHECK(unknown.occurrences.empty());
}

TEST_CASE("decide users: an attached event counts like one of the batch") {
    ingest_batch batch;
    batch.users = {change_of(1, "ada")};
    auto users = group_by_user(batch);
    stored_event event;
    event.name = "trial_started";
    event.properties = "{}";
    event.occurred_at = noon;
    event.received_at = noon - std::chrono::minutes{1};
    event.id = record(9);
    const auto rules = context().rules;
    decide_attached(*users.begin(), event, rules);
    const auto& ada = update_of(users, "ada");
    CHECK(ada.writes.columns.size() == 1);
    REQUIRE(ada.occurrences.size() == 1);
    CHECK(ada.occurrences[0].seen.occurred_at == event.received_at);
    const auto names = deciding_events(rules);
    CHECK(std::ranges::find(names, "trial_started") != names.end());
    CHECK(std::ranges::find(names, "feature_used") == names.end());
}
