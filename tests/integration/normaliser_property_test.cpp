#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "normaliser/upkeep/attach_waiting.hpp"
#include "normaliser_fixture.hpp"
#include "vf/base/text.hpp"
#include "vf/facts/packing.hpp"

using namespace vf;
using namespace vf::normaliser_tests;
using normaliser::change;
using normaliser::ingest_batch;

namespace {

constexpr unsigned histories = 40;
constexpr int records = 60;

const std::vector<std::string> users{"u", "v", "w"};

template <class Array>
const auto& any_of(const Array& from, std::mt19937& random) {
    return from[random() % from.size()];
}

change random_identify(int number, std::mt19937& random, int minute) {
    static const std::vector<std::vector<domain::trait>> traits{
        {{"plan", R"("free")"}, {"seatCount", "1"}},
        {{"plan", R"("pro")"}, {"seat_count", "null"}},
        {{"plan", "null"}, {"company", R"({"a":1})"}},
        {{"company", R"("acme")"}, {"timezone", R"("Europe/Zurich")"}},
        {{"timezone", R"("nowhere")"}, {"x", R"([1.10])"}},
        {},
    };
    auto user_change = user_of(number, any_of(users, random), any_of(traits, random), minute);
    if (random() % 2 == 0) {
        user_change.email = std::to_string(number) + "@b.c";
    }
    return user_change;
}

change random_event(int number, std::mt19937& random, int minute) {
    static const std::string later = format_instant(noon + std::chrono::days{10});
    static const std::vector<std::pair<std::string, std::string>> traits{
        {"user_signed_up", "{}"},
        {"trial_started", R"({"trialDays":14})"},
        {"subscription_changed", R"({"to":"scale","interval":"year","mrr":9900})"},
        {"subscription_changed", R"({"to":"team"})"},
        {"subscription_cancelled", R"({"effectiveAt":")" + later + R"("})"},
        {"payment_failed", "{}"},
        {"feature_used", R"({"feature":"a","count":3})"},
        {"feature_used", R"({"feature":"b"})"},
        {"own_event", "{}"},
    };
    const auto& [name, properties] = any_of(traits, random);
    auto new_event = event_of(number, any_of(users, random), name, minute);
    new_event.properties = properties;
    new_event.historical = random() % 5 == 0;
    return new_event;
}

// By a clock that is a day ahead: as new as its receipt, shown as it says.
void date_ahead(change& record, int minute) {
    constexpr std::chrono::hours ahead{20};
    std::visit([minute](auto& one) { one.received_at = at_minute(minute); }, record);
    if (auto* user = std::get_if<normaliser::user_change>(&record)) {
        user->effective_at += ahead;
    } else {
        std::get<normaliser::new_event>(record).occurred_at += ahead;
    }
}

// Every minute at most once: what is true at the same instant is settled by the record's id, which
// is as good as any order but not the order in which a person would read this test.
std::vector<change> random_history(std::mt19937& random) {
    std::vector<int> minutes(records);
    for (int i = 0; i < records; ++i) {
        minutes[static_cast<std::size_t>(i)] = i - 2 * records;
    }
    std::ranges::shuffle(minutes, random);
    std::vector<change> history;
    for (int i = 0; i < records; ++i) {
        const int minute = minutes[static_cast<std::size_t>(i)];
        history.push_back(
            random() % 3 == 0 ? random_identify(i, random, minute) : random_event(i, random, minute)
        );
        if (random() % 8 == 0) {
            date_ahead(history.back(), minute);
        }
    }
    return history;
}

ingest_batch batch_of(const std::vector<change>& some) {
    ingest_batch batch;
    for (const auto& one : some) {
        if (const auto* user = std::get_if<normaliser::user_change>(&one)) {
            batch.users.push_back(*user);
        } else {
            batch.events.push_back(std::get<normaliser::new_event>(one));
        }
    }
    return batch;
}

bool is_in(const std::vector<change>& batch, const change& record) {
    const auto id = [](const change& change) {
        return std::visit([](const auto& one) { return one.id; }, change);
    };
    return std::ranges::any_of(batch, [&](const auto& each) { return id(each) == id(record); });
}

// As one would ask of a table: who is what, and what has happened.
std::string state(normaliser_fixture& fixture) {
    return fixture.query_text(
               "SELECT string_agg(concat_ws('|', external_user_id, email, plan, company, timezone,"
               " stage, billing_interval, mrr_cents, trial_ends_at, access_ends_at, traits,"
               " identified_at, first_seen_at, last_seen_at, encode(facts, 'hex'), next_eval_at),"
               " E'\\n' ORDER BY external_user_id)"
               " FROM users JOIN user_facts USING (user_id) JOIN user_due USING (user_id)"
           ) +
           "\n" +
           fixture.query_text(
               "SELECT string_agg(concat_ws('|', e.external_user_id, u.external_user_id, e.name,"
               " e.properties, e.occurred_at, e.historical, e.attached_at IS NULL), E'\\n'"
               " ORDER BY e.record_id) FROM events e LEFT JOIN users u USING (user_id)"
           );
}

void empty(normaliser_fixture& fixture) {
    fixture.run(
        "TRUNCATE users, user_facts, user_due, event_rows, record_claims, fact_defs;"
        "SELECT make_default_facts('prj_1')"
    );
}

struct mixed {
    int batches{0};
    int repeated{0};
};

// Duplicates, another order, batches of any size, and batches that come again because the process
// died between the write and the commit of its offsets.
mixed write_mixed(normaliser_fixture& fixture, std::vector<change> history, std::mt19937& random) {
    mixed done;
    const auto whole = history;
    for (int i = 0; i < records / 4; ++i) {
        history.push_back(any_of(whole, random));
        ++done.repeated;
    }
    std::ranges::shuffle(history, random);
    std::vector<change> batch;
    const auto flush = [&] {
        fixture.write(batch_of(batch));
        ++done.batches;
        if (random() % 4 == 0) {
            fixture.write(batch_of(batch));
            done.repeated += static_cast<int>(batch.size());
        }
        batch.clear();
    };
    for (const auto& one : history) {
        if (!is_in(batch, one)) {
            batch.push_back(one);
        }
        if (random() % 8 == 0) {
            flush();
        }
    }
    flush();
    return done;
}

}  // namespace

TEST_CASE(
    "normaliser property: any order, duplicates and repeats end in the same tables", "[integration]"
) {
    normaliser_fixture fixture;
    mixed total;
    for (unsigned seed = 1; seed <= histories; ++seed) {
        std::mt19937 random{seed};
        const auto history = random_history(random);
        empty(fixture);
        fixture.write(batch_of(history));
        const auto clean = state(fixture);
        for (int round = 0; round < 3; ++round) {
            empty(fixture);
            const auto done = write_mixed(fixture, history, random);
            total.batches += done.batches;
            total.repeated += done.repeated;
            INFO("seed " << seed << ", round " << round);
            REQUIRE(state(fixture) == clean);
        }
    }
    WARN(
        histories << " histories of " << records << " records, three times each in "
                  << total.batches << " batches with " << total.repeated << " repeats: all equal"
    );
}

TEST_CASE("normaliser property: however many events waited, all are counted", "[integration]") {
    normaliser_fixture fixture;
    empty(fixture);
    constexpr int waiting = 2'600;
    std::vector<normaliser::new_event> events;
    for (int i = 0; i < waiting; ++i) {
        events.push_back(event_of(i, "u", "feature_used", -i));
        events.back().properties = R"({"feature":"a","count":2})";
    }
    fixture.write({}, events);
    CHECK(fixture.query_text("SELECT count(*)::text FROM user_facts") == "0");
    const auto written =
        fixture.write({user_of(9'000, "u", {}, 1)}, {event_of(9'001, "u", "x", 2)});
    auto attached = written.attached;
    auto rest = [](postgres::transaction& tx) {
        normaliser::attach_place place;
        return normaliser::attach_slice(tx, "prj_1", place, 700).events;
    };
    while (const auto some =
               support::run_task(fixture.events(), fixture.database().transact(rest)).value()) {
        attached += some;
    }
    CHECK(attached == waiting);
    CHECK(
        fixture.query_text(
            "SELECT (first_seen_at = " + minute_literal(1 - waiting) +
            " AND last_seen_at = " + minute_literal(2) + ")::text FROM user_facts"
        ) == "true"
    );
    const auto hex = fixture.query_text("SELECT encode(facts, 'hex') FROM user_facts");
    const auto unpacked = facts::unpack(from_hex(hex).value());
    REQUIRE(unpacked.has_value());
    CHECK(unpacked->at(3).count == waiting);
    CHECK(unpacked->at(3).weight == 2 * waiting);
}
