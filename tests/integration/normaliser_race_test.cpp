#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <future>
#include <numeric>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/post.hpp>

#include "normaliser/ingest/write_ingest.hpp"
#include "normaliser_fixture.hpp"
#include "vf/runtime/task_group.hpp"

using namespace vf;
using namespace vf::normaliser_tests;
using normaliser::ingest_batch;
using normaliser::ingest_written;

namespace {

constexpr vf::duration limit = std::chrono::seconds{15};

// A transaction that has written and waits for `go` before it commits.
struct held {
    std::promise<void> wrote;
    std::promise<void> go;
    std::optional<result<void>> ended;
};

template <class Work>
runtime::task<> hold(postgres::pool& database, Work first, held& held) {
    auto work = [&](postgres::transaction& tx) {
        first(tx);
        held.wrote.set_value();
        held.go.get_future().wait_for(limit);
    };
    auto ended = co_await database.transact(work);
    held.ended.emplace(std::move(ended));
}

runtime::task<> keep_write(
    normaliser::store& store, ingest_batch batch, std::optional<result<ingest_written>>& answer
) {
    auto written = co_await store.write(std::move(batch), noon);
    answer.emplace(std::move(written));
}

// On a thread of its own, because the loop is busy with those who wait.
void await_waiting_session(const std::string& url, std::promise<void>& then) {
    runtime::loop events;
    telemetry::registry metrics;
    postgres::pool database{
        events, {.url = url, .application_name = "vf-watch", .connections = 1}, metrics
    };
    auto look = [](postgres::transaction& tx) -> bool {
        return !tx.query(
                      "SELECT 1 FROM pg_stat_activity"
                      " WHERE application_name = 'vf-test' AND wait_event_type = 'Lock'"
        )
                    .empty();
    };
    const auto last = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < last) {
        const auto waiting = support::run_task(events, database.transact(look));
        if (!waiting || *waiting) {
            break;
        }
    }
    then.set_value();
}

// `first` is held back until the write of `second` waits for it.
template <class Work>
ingest_written overlap(normaliser_fixture& fixture, Work first, ingest_batch second) {
    const auto other = fixture.make_pool(1);
    held held;
    std::optional<result<ingest_written>> answer;
    auto wrote = held.wrote.get_future();
    runtime::task_group tasks{fixture.events().context()};
    tasks.spawn("first", hold(*other, first, held));
    std::thread driver{[&] {
        wrote.wait_for(limit);
        boost::asio::post(fixture.events().context(), [&] {
            tasks.spawn("second", keep_write(fixture.store(), std::move(second), answer));
        });
        await_waiting_session(support::database_url(), held.go);
    }};
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!(held.ended && answer) && std::chrono::steady_clock::now() < end) {
        fixture.events().context().restart();
        fixture.events().context().run_one_for(std::chrono::milliseconds{50});
    }
    driver.join();
    REQUIRE(held.ended.has_value());
    REQUIRE(held.ended->has_value());
    REQUIRE(answer.has_value());
    REQUIRE(answer->has_value());
    return **answer;
}

auto writing(ingest_batch batch) {
    return [batch](postgres::transaction& tx) {
        normaliser::zone_names zones;
        const auto written = normaliser::write_ingest(tx, batch, noon, zones);
        CHECK(written.repeats == 0);
    };
}

const std::string unattached =
    "SELECT count(*)::text FROM events e JOIN users u USING (project_id, external_user_id)"
    " WHERE e.user_id IS NULL";

}  // namespace

TEST_CASE("normaliser race: an event being written as waiting is not missed", "[integration]") {
    normaliser_fixture fixture;
    const auto written =
        overlap(fixture, writing({{}, {event_of(1, "u")}}), {{user_of(2, "u")}, {}});
    CHECK(written.attached == 1);
    CHECK(fixture.query_text(unattached) == "0");
}

TEST_CASE("normaliser race: an event finds the user being identified", "[integration]") {
    normaliser_fixture fixture;
    const auto written =
        overlap(fixture, writing({{user_of(2, "u")}, {}}), {{}, {event_of(1, "u")}});
    CHECK(written.events == 1);
    CHECK(fixture.query_text(unattached) == "0");
    CHECK(fixture.query_text("SELECT count(*)::text FROM events WHERE user_id IS NOT NULL") == "1");
}

TEST_CASE("normaliser race: two lanes identify one stranger once", "[integration]") {
    normaliser_fixture fixture;
    const auto written = overlap(
        fixture, writing({{user_of(1, "u", {{"a", "1"}})}, {}}),
        {{user_of(2, "u", {{"b", "2"}})}, {}}
    );
    CHECK(written.users == 1);
    CHECK(fixture.query_text("SELECT traits::text FROM users") == R"({"a": 1, "b": 2})");
    CHECK(fixture.query_text("SELECT count(*)::text FROM user_due") == "1");
}

TEST_CASE(
    "normaliser race: a record on two lanes across a day's end has its effect once", "[integration]"
) {
    normaliser_fixture fixture;
    const instant midnight = std::chrono::ceil<std::chrono::days>(noon);
    auto before = event_of(1, "u", "user_signed_up");
    before.received_at = midnight - vf::duration{1};
    auto after = before;
    after.received_at = midnight;
    fixture.write({user_of(2, "u")}, {});
    const auto written = overlap(fixture, writing({{}, {before}}), {{}, {after}});
    CHECK(written.events == 0);
    CHECK(written.repeats == 1);
    CHECK(fixture.query_text("SELECT count(*)::text FROM events") == "1");
    CHECK(fixture.query_text("SELECT count(*)::text FROM record_claims") == "2");
}

TEST_CASE("normaliser race: records of two lanes in any order do not deadlock", "[integration]") {
    normaliser_fixture fixture;
    const auto batch_in = [](bool reversed) {
        ingest_batch batch;
        for (int i = 0; i < 200; ++i) {
            const int number = reversed ? 200 - i : i + 1;
            batch.events.push_back(event_of(number, "u" + std::to_string(number)));
        }
        return batch;
    };
    const auto written = overlap(fixture, writing(batch_in(false)), batch_in(true));
    CHECK(written.events == 0);
    CHECK(written.repeats == 200);
    CHECK(fixture.query_text("SELECT count(*)::text FROM events") == "200");
}

TEST_CASE("normaliser race: a mark outlives an evaluation that did not see it", "[integration]") {
    normaliser_fixture fixture;
    fixture.write({user_of(1, "u")}, {});
    // The evaluator: holds the user, has read its events, and sets it forward.
    const auto evaluation = [](postgres::transaction& tx) {
        tx.query("SELECT user_id FROM user_due FOR UPDATE SKIP LOCKED");
        tx.execute("UPDATE user_due SET next_eval_at = 'infinity'");
    };
    const auto written = overlap(fixture, evaluation, {{}, {event_of(2, "u")}});
    CHECK(written.events == 1);
    CHECK(fixture.query_text("SELECT (next_eval_at = '-infinity')::text FROM user_due") == "true");
}

namespace {

// One event a key; keys of each in the order given, all with the same body.
ingest_batch unsettled_of(const std::vector<int>& keys, std::uint8_t body) {
    ingest_batch batch;
    for (std::size_t place = 0; place < keys.size(); ++place) {
        wire::idempotency_claim claim;
        claim.key = record(keys[place]);
        claim.body.bytes.fill(body);
        batch.unverified.push_back({place, claim, noon});
        auto event = event_of(10'000 * body + keys[place], "u" + std::to_string(body));
        event.index = place;
        batch.events.push_back(std::move(event));
    }
    return batch;
}

}  // namespace

TEST_CASE("normaliser race: of two bodies of a key settled at once one holds", "[integration]") {
    normaliser_fixture fixture;
    const auto other =
        overlap(fixture, writing(unsettled_of({1, 2}, 7)), unsettled_of({3, 2, 1}, 8));
    CHECK(other.conflicts == std::vector<std::size_t>{1, 2});
    CHECK(other.events == 1);
    CHECK(fixture.query_text("SELECT count(*)::text FROM key_claims") == "3");
    CHECK(fixture.query_text("SELECT count(*)::text FROM events") == "3");
}

namespace {

runtime::task<> run_lane(
    normaliser::store& store, std::vector<ingest_batch> batches, std::vector<error>& failures
) {
    for (auto& batch : batches) {
        auto written = co_await store.write(std::move(batch), noon);
        if (!written) {
            failures.push_back(written.error());
        }
    }
}

// Batch `turn` of a lane: strangers of the other lane's batches, met in another order.
ingest_batch batch_of(int lane, int turn) {
    constexpr int users = 40;
    ingest_batch batch;
    for (int i = 0; i < users; ++i) {
        const int place = lane == 0 ? i : users - 1 - i;
        const auto user = "u" + std::to_string(turn * 20 + place);
        const int number = (lane * 20 + turn) * users + i;
        if ((i + lane) % 2 == 0) {
            batch.events.push_back(event_of(number, user, "user_signed_up", i));
        } else {
            batch.users.push_back(user_of(number, user, {{"t", std::to_string(i)}}, i));
        }
    }
    return batch;
}

}  // namespace

TEST_CASE(
    "normaliser race: lanes side by side neither deadlock nor lose an event", "[integration]"
) {
    normaliser_fixture fixture;
    std::vector<error> failures;
    runtime::task_group lanes{fixture.events().context()};
    for (int lane = 0; lane < 3; ++lane) {
        std::vector<ingest_batch> batches;
        for (int turn = 0; turn < 20; ++turn) {
            batches.push_back(batch_of(lane, turn));
        }
        lanes.spawn("lane", run_lane(fixture.store(), std::move(batches), failures));
    }
    CHECK(support::run_task(fixture.events(), lanes.join(limit)));
    CHECK(failures == std::vector<error>{});
    CHECK(fixture.query_text("SELECT count(*)::text FROM events") == "1200");
    CHECK(fixture.query_text(unattached) == "0");
    CHECK(
        fixture.query_text("SELECT count(*)::text FROM users WHERE stage = 'signed_up'") ==
        fixture.query_text(
            "SELECT count(DISTINCT user_id)::text FROM events WHERE user_id IS NOT NULL"
        )
    );
}

TEST_CASE("normaliser race: settling in any order of keys does not deadlock", "[integration]") {
    normaliser_fixture fixture;
    constexpr int turns = 20;
    constexpr int keys = 200;
    std::vector<error> failures;
    runtime::task_group lanes{fixture.events().context()};
    for (const int lane : {1, 2, 3}) {
        std::vector<ingest_batch> batches;
        for (int turn = 0; turn < turns; ++turn) {
            std::vector<int> claims(keys);
            std::iota(claims.begin(), claims.end(), turn * keys);
            if (lane == 2) {
                std::ranges::reverse(claims);
            }
            batches.push_back(unsettled_of(claims, static_cast<std::uint8_t>(lane)));
        }
        lanes.spawn("lane", run_lane(fixture.store(), std::move(batches), failures));
    }
    CHECK(support::run_task(fixture.events(), lanes.join(limit)));
    CHECK(failures == std::vector<error>{});
    const auto all = std::to_string(turns * keys);
    CHECK(fixture.query_text("SELECT count(*)::text FROM key_claims") == all);
    CHECK(fixture.query_text("SELECT count(*)::text FROM events") == all);
}
