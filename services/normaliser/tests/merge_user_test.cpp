#include "normaliser/users/merge_user.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "normaliser/users/lifecycle.hpp"
#include "vf/base/time_text.hpp"
#include "vf/domain/event_names.hpp"
#include "vf/json/parse.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

const instant noon = *parse_instant("2024-11-20T12:00:00Z");

bool is_zone(std::string_view name) {
    return name == "Europe/Zurich" || name == "UTC";
}

user_change change_of(int minute, std::vector<domain::trait> traits) {
    user_change user_change;
    user_change.effective_at = noon + std::chrono::minutes{minute};
    user_change.received_at = user_change.effective_at;
    user_change.id.bytes[0] = static_cast<std::uint8_t>(minute);
    user_change.traits = std::move(traits);
    return user_change;
}

user_writes writes_of(const user_change& change) {
    user_writes writes;
    add_writes(writes, change, is_zone);
    return writes;
}

// A row of users, as the store's statements keep it.
struct user_row {
    std::map<std::string, std::string> columns;
    std::map<std::string, std::string> traits;
    std::string stamps{"[]"};

    void apply(const user_writes& writes) {
        const auto patch = merge_user(writes, *parse_versions(stamps));
        stamps = patch.stamps;
        for (const auto& each : json::parse(patch.columns)->root().members()) {
            columns.erase(std::string{each.name});
            if (!each.is(json::kind::null)) {
                columns[std::string{each.name}] = each.text;
            }
        }
        for (const auto& name : json::parse(patch.cleared)->root().items()) {
            traits.erase(std::string{name.text});
        }
        for (const auto& each : json::parse(patch.traits)->root().members()) {
            traits[std::string{each.name}] = each.source;
        }
    }
};

struct trait_row {
    domain::trait trait;
    std::string columns;
    std::string traits;
    std::string cleared;
};

user_writes random_write(std::mt19937& random, int minute) {
    static const std::array<domain::trait, 16> traits{{
        {"plan", R"("free")"},
        {"plan", R"("pro")"},
        {"plan", "null"},
        {"plan", R"({"name":"x"})"},
        {"signupDate", R"("2024")"},
        {"signup_date", R"("2025")"},
        {"signup_date", "[1]"},
        {"timezone", R"("UTC")"},
        {"timeZone", R"("Europe/Zurich")"},
        {"timeZone", R"("Mars")"},
        {"timezone", "null"},
        {"seatCount", "1"},
        {"seat_count", "2"},
        {"seatCount", "null"},
        {"a", R"({"b":1})"},
        {"a", R"("c")"},
    }};
    const instant timestamp = noon + std::chrono::minutes{minute};
    const auto pick = [&](int below) { return static_cast<int>(random() % unsigned(below)); };
    if (pick(4) == 0) {
        static const std::array<announced_event, 4> events{{
            {"subscription_changed", R"({"to":"scale","interval":"year","mrr":9900})", {}, {}},
            {"subscription_cancelled", R"({"effectiveAt":"2024-12-01T00:00:00Z"})", {}, {}},
            {"trial_started", R"({"trialDays":14})", {}, {}},
            {"payment_failed", "{}", {}, {}},
        }};
        auto event = events.at(static_cast<std::size_t>(pick(4)));
        event.occurred_at = timestamp;
        event.version = {timestamp, timestamp, {}};
        user_writes writes;
        add_writes(writes, event);
        return writes;
    }
    std::vector<domain::trait> some;
    for (int count = 1 + pick(3); count > 0; --count) {
        const auto& trait = traits.at(static_cast<std::size_t>(pick(16)));
        // No name twice: the parser refuses it. Two spellings of one are let pass.
        if (std::ranges::find(some, trait.name, &domain::trait::name) == some.end()) {
            some.push_back(trait);
        }
    }
    return writes_of(change_of(minute, some));
}

void append(user_writes& writes, const user_writes& more) {
    writes.columns.insert(writes.columns.end(), more.columns.begin(), more.columns.end());
    writes.traits.insert(writes.traits.end(), more.traits.begin(), more.traits.end());
}

}  // namespace

TEST_CASE("merge: a known trait goes to its column, any other to the bag") {
    const auto row = GENERATE(values<trait_row>({
        {{"plan", R"("pro")"}, R"({"plan":"pro"})", "{}", "[]"},
        {{"signupDate", R"("2024")"}, R"({"signup_date":"2024"})", "{}", "[]"},
        {{"signup_date", R"("2024")"}, R"({"signup_date":"2024"})", "{}", "[]"},
        {{"name", R"("\u00e4 \"q\"")"}, "{\"name\":\"\xc3\xa4 \\\"q\\\"\"}", "{}", "[]"},
        {{"role", "1.50"}, R"({"role":"1.50"})", "{}", "[]"},
        {{"role", "true"}, R"({"role":"true"})", "{}", "[]"},
        {{"role", "null"}, R"({"role":null})", "{}", "[]"},
        {{"company", R"({"name":"x"})"}, R"({"company":null})", R"({"company":{"name":"x"}})", "[]"
        },
        {{"timezone", R"("Europe/Zurich")"}, R"({"timezone":"Europe/Zurich"})", "{}", "[]"},
        {{"timeZone", R"("UTC")"}, R"({"timezone":"UTC"})", "{}", "[]"},
        {{"timezone", R"("Mars/Olympus")"}, "{}", R"({"timezone":"Mars/Olympus"})", "[]"},
        {{"timezone", "2"}, "{}", R"({"timezone":2})", "[]"},
        {{"seats", "1.50"}, "{}", R"({"seats":1.50})", "[]"},
        {{"seats", "null"}, "{}", "{}", R"(["seats"])"},
        {{"planName", R"("p")"}, "{}", R"({"planName":"p"})", "[]"},
    }));
    const auto patch = merge_user(writes_of(change_of(0, {row.trait})), {});
    CHECK(patch.columns == row.columns);
    CHECK(patch.traits == row.traits);
    CHECK(patch.cleared == row.cleared);
}

TEST_CASE("merge: a late identify fills what nobody has said since, and undoes nothing") {
    user_row row;
    row.apply(writes_of(change_of(5, {{"plan", R"("pro")"}, {"seats", "3"}})));
    row.apply(writes_of(change_of(1, {{"plan", R"("free")"}, {"seats", "1"}, {"team", "7"}})));
    CHECK(row.columns.at("plan") == "pro");
    CHECK(row.traits.at("seats") == "3");
    CHECK(row.traits.at("team") == "7");
}

TEST_CASE("merge: what was cleared is not filled again by something older") {
    user_row row;
    row.apply(writes_of(change_of(5, {{"plan", "null"}, {"seats", "null"}})));
    row.apply(writes_of(change_of(1, {{"plan", R"("free")"}, {"seats", "1"}})));
    CHECK(row.columns.empty());
    CHECK(row.traits.empty());
}

TEST_CASE("merge: an address stands until a later identify gives another") {
    auto first = change_of(1, {});
    first.email = "a@b.c";
    auto second = change_of(3, {});
    second.email = "d@e.f";
    user_row row;
    row.apply(writes_of(second));
    row.apply(writes_of(first));
    row.apply(writes_of(change_of(4, {})));
    CHECK(row.columns.at("email") == "d@e.f");
}

TEST_CASE("merge: one trait under two spellings is one, spelt as its last writer spelt it") {
    user_row row;
    row.apply(writes_of(change_of(1, {{"seatCount", "1"}})));
    row.apply(writes_of(change_of(2, {{"seat_count", "2"}})));
    CHECK(row.traits == std::map<std::string, std::string>{{"seat_count", "2"}});
    row.apply(writes_of(change_of(0, {{"seatCount", "0"}})));
    CHECK(row.traits == std::map<std::string, std::string>{{"seat_count", "2"}});
}

TEST_CASE("merge: of two spellings in one identify the last stands, whatever came before") {
    user_row row;
    row.apply(writes_of(change_of(1, {{"seatCount", "1"}, {"seat_count", "2"}})));
    CHECK(row.traits == std::map<std::string, std::string>{{"seat_count", "2"}});
    row.apply(writes_of(change_of(2, {{"seat_count", "3"}, {"x", "0"}, {"seatCount", "4"}})));
    CHECK(row.traits == std::map<std::string, std::string>{{"seatCount", "4"}, {"x", "0"}});
    row.apply(writes_of(change_of(3, {{"seatCount", "5"}, {"seat_count", "null"}})));
    CHECK(row.traits == std::map<std::string, std::string>{{"x", "0"}});
    // Of one with a column too, and where one spelling would stand in the bag.
    row.apply(writes_of(change_of(4, {{"signupDate", "[1]"}, {"signup_date", R"("2024")"}})));
    CHECK(row.columns.at("signup_date") == "2024");
    CHECK(row.traits == std::map<std::string, std::string>{{"x", "0"}});
    row.apply(writes_of(change_of(5, {{"signup_date", R"("2025")"}, {"signupDate", "[2]"}})));
    CHECK_FALSE(row.columns.contains("signup_date"));
    CHECK(row.traits.at("signupDate") == "[2]");
    row.apply(writes_of(change_of(6, {{"timezone", R"("UTC")"}, {"timeZone", R"("Mars")"}})));
    CHECK(row.traits.at("timeZone") == R"("Mars")");
}

TEST_CASE("merge: custom names that differ by case alone are two traits") {
    user_row row;
    row.apply(writes_of(change_of(1, {{"Score", "1"}, {"score", "2"}, {"SCORE", "3"}})));
    row.apply(writes_of(change_of(2, {{"first_Name", "4"}, {"first_name", "5"}})));
    CHECK(
        row.traits ==
        std::map<std::string, std::string>{
            {"Score", "1"},
            {"score", "2"},
            {"SCORE", "3"},
            {"first_Name", "4"},
            {"first_name", "5"},
        }
    );
    row.apply(writes_of(change_of(3, {{"Score", "null"}})));
    CHECK(row.traits.at("score") == "2");
}

TEST_CASE("merge: a time ahead of its receipt does not block what comes later") {
    auto ahead = change_of(1, {{"plan", R"("free")"}, {"seats", "1"}});
    ahead.effective_at += std::chrono::hours{20};
    ahead.email = "first@b.c";
    auto later = change_of(2, {{"plan", R"("pro")"}, {"seats", "2"}});
    later.email = "second@b.c";
    for (const bool in_order : {true, false}) {
        user_row row;
        row.apply(writes_of(in_order ? ahead : later));
        row.apply(writes_of(in_order ? later : ahead));
        CHECK(row.columns.at("plan") == "pro");
        CHECK(row.columns.at("email") == "second@b.c");
        CHECK(row.traits.at("seats") == "2");
    }
}

TEST_CASE("merge: a version that was stored ahead of its receipt blocks nothing any more") {
    user_row row;
    const auto received = to_microseconds(noon);
    row.columns["plan"] = "free";
    row.stamps = "[[" + std::to_string(received + 72'000'000'000) + "," + std::to_string(received) +
                 R"(,"00000000-0000-0000-0000-000000000000",["plan"],[]]])";
    row.apply(writes_of(change_of(1, {{"plan", R"("pro")"}})));
    CHECK(row.columns.at("plan") == "pro");
}

TEST_CASE("merge: a zone that is none stays one trait under either spelling") {
    user_row row;
    row.apply(writes_of(change_of(1, {{"timezone", R"("Mars")"}})));
    row.apply(writes_of(change_of(2, {{"timeZone", "false"}})));
    CHECK(row.traits == std::map<std::string, std::string>{{"timeZone", "false"}});
    row.apply(writes_of(change_of(3, {{"timezone", R"("UTC")"}})));
    CHECK(row.traits.empty());
}

TEST_CASE("merge: a plan is that of the trait or of the subscription, the later") {
    user_writes changed;
    add_writes(
        changed,
        announced_event{
            "subscription_changed",
            R"({"to":"scale","mrr":9900})",
            noon + std::chrono::minutes{3},
            {noon + std::chrono::minutes{3}, noon + std::chrono::minutes{3}, {}}
        }
    );
    user_row row;
    row.apply(changed);
    row.apply(writes_of(change_of(2, {{"plan", R"("free")"}})));
    CHECK(row.columns.at("plan") == "scale");
    CHECK(row.columns.at("mrr_cents") == "9900");
    CHECK(row.columns.at("stage") == "active");
    row.apply(writes_of(change_of(4, {{"plan", R"("pro")"}})));
    CHECK(row.columns.at("plan") == "pro");
}

TEST_CASE("merge: the same writes give the same row in any order, in batches of any size") {
    for (unsigned seed = 1; seed <= 400; ++seed) {
        std::mt19937 random{seed};
        std::vector<user_writes> writes;
        user_row in_order;
        for (int minute = 0; minute < 12; ++minute) {
            writes.push_back(random_write(random, minute));
            in_order.apply(writes.back());
        }
        for (int round = 0; round < 5; ++round) {
            std::ranges::shuffle(writes, random);
            user_row shuffled;
            user_writes batch;
            for (const auto& one : writes) {
                append(batch, one);
                if (random() % 3 == 0) {
                    shuffled.apply(batch);
                    shuffled.apply(batch);
                    batch = {};
                }
            }
            shuffled.apply(batch);
            INFO("seed " << seed << " round " << round);
            REQUIRE(shuffled.columns == in_order.columns);
            REQUIRE(shuffled.traits == in_order.traits);
        }
    }
}

TEST_CASE("stamps: what was written is read back, anything else is refused") {
    user_versions stamps;
    stamps.columns["plan"] = {noon, noon, {}};
    stamps.columns["stage"] = {noon, noon + std::chrono::seconds{1}, {}};
    stamps.traits["seat_count"] = {{noon, noon, {}}, "seatCount"};
    CHECK(parse_versions(to_json(stamps)) == stamps);
    CHECK(parse_versions("[]") == user_versions{});
    CHECK_FALSE(parse_versions("{}"));
    CHECK_FALSE(parse_versions(R"([[1,2,"x",[],[]]])"));
    CHECK_FALSE(parse_versions("[[1,2]]"));
}
