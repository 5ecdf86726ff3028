#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <future>
#include <numeric>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/post.hpp>

#include "normaliser/write_ingest.hpp"
#include "normaliser_scene.hpp"
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
runtime::task<> hold(postgres::pool& on, Work first, held& by) {
    auto work = [&](postgres::transaction& in) {
        first(in);
        by.wrote.set_value();
        by.go.get_future().wait_for(limit);
    };
    auto ended = co_await on.transact(work);
    by.ended.emplace(std::move(ended));
}

runtime::task<> keep_write(
    normaliser::store& into, ingest_batch batch, std::optional<result<ingest_written>>& answer
) {
    auto written = co_await into.write(std::move(batch), noon);
    answer.emplace(std::move(written));
}

// On a thread of its own, because the loop is busy with those who wait.
void await_waiting_session(const std::string& url, std::promise<void>& then) {
    runtime::loop events;
    telemetry::registry metrics;
    postgres::pool database{
        events, {.url = url, .application_name = "vf-watch", .connections = 1}, metrics
    };
    auto look = [](postgres::transaction& in) -> bool {
        return !in.query(
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
ingest_written overlap(scene& at, Work first, ingest_batch second) {
    const auto other = at.make_pool(1);
    held by;
    std::optional<result<ingest_written>> answer;
    auto wrote = by.wrote.get_future();
    runtime::task_group tasks{at.events().context()};
    tasks.spawn("first", hold(*other, first, by));
    std::thread driver{[&] {
        wrote.wait_for(limit);
        boost::asio::post(at.events().context(), [&] {
            tasks.spawn("second", keep_write(at.store(), std::move(second), answer));
        });
        await_waiting_session(support::database_url(), by.go);
    }};
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!(by.ended && answer) && std::chrono::steady_clock::now() < end) {
        at.events().context().restart();
        at.events().context().run_one_for(std::chrono::milliseconds{50});
    }
    driver.join();
    REQUIRE(by.ended.has_value());
    REQUIRE(by.ended->has_value());
    REQUIRE(answer.has_value());
    REQUIRE(answer->has_value());
    return **answer;
}

auto writing(ingest_batch batch) {
    return [batch](postgres::transaction& in) {
        normaliser::zone_names zones;
        const auto written = normaliser::write_ingest(in, batch, noon, zones);
        CHECK(written.repeats == 0);
    };
}

const std::string unattached =
    "SELECT count(*)::text FROM events e JOIN users u USING (project_id, external_user_id)"
    " WHERE e.user_id IS NULL";

}  // namespace

TEST_CASE("normaliser race: an event being written as waiting is not missed", "[integration]") {
    scene at;
    const auto written = overlap(at, writing({{}, {event_of(1, "u")}}), {{user_of(2, "u")}, {}});
    CHECK(written.attached == 1);
    CHECK(at.ask(unattached) == "0");
}

TEST_CASE("normaliser race: an event finds the user being identified", "[integration]") {
    scene at;
    const auto written = overlap(at, writing({{user_of(2, "u")}, {}}), {{}, {event_of(1, "u")}});
    CHECK(written.events == 1);
    CHECK(at.ask(unattached) == "0");
    CHECK(at.ask("SELECT count(*)::text FROM events WHERE user_id IS NOT NULL") == "1");
}

TEST_CASE("normaliser race: two lanes identify one stranger once", "[integration]") {
    scene at;
    const auto written = overlap(
        at, writing({{user_of(1, "u", {{"a", "1"}})}, {}}), {{user_of(2, "u", {{"b", "2"}})}, {}}
    );
    CHECK(written.users == 1);
    CHECK(at.ask("SELECT traits::text FROM users") == R"({"a": 1, "b": 2})");
    CHECK(at.ask("SELECT count(*)::text FROM user_due") == "1");
}

TEST_CASE("normaliser race: a mark outlives an evaluation that did not see it", "[integration]") {
    scene at;
    at.write({user_of(1, "u")}, {});
    // The evaluator: holds the user, has read its events, and sets it forward.
    const auto evaluation = [](postgres::transaction& in) {
        in.query("SELECT user_id FROM user_due FOR UPDATE SKIP LOCKED");
        in.execute("UPDATE user_due SET next_eval_at = 'infinity'");
    };
    const auto written = overlap(at, evaluation, {{}, {event_of(2, "u")}});
    CHECK(written.events == 1);
    CHECK(at.ask("SELECT (next_eval_at = '-infinity')::text FROM user_due") == "true");
}

namespace {

// One event a key; keys of each in the order given, all with the same body.
ingest_batch unsettled_of(const std::vector<int>& keys, std::uint8_t body) {
    ingest_batch batch;
    for (std::size_t place = 0; place < keys.size(); ++place) {
        wire::idempotency_claim claim;
        claim.key = record(keys[place]);
        claim.body.bytes.fill(body);
        batch.unsettled.push_back({place, claim, noon});
        auto event = event_of(10'000 * body + keys[place], "u" + std::to_string(body));
        event.place = place;
        batch.events.push_back(std::move(event));
    }
    return batch;
}

}  // namespace

TEST_CASE("normaliser race: of two bodies of a key settled at once one holds", "[integration]") {
    scene at;
    const auto other = overlap(at, writing(unsettled_of({1, 2}, 7)), unsettled_of({3, 2, 1}, 8));
    CHECK(other.conflicts == std::vector<std::size_t>{1, 2});
    CHECK(other.events == 1);
    CHECK(at.ask("SELECT count(*)::text FROM idempotency_claims") == "3");
    CHECK(at.ask("SELECT count(*)::text FROM events") == "3");
}

namespace {

runtime::task<> run_lane(
    normaliser::store& into, std::vector<ingest_batch> batches, std::vector<error>& failures
) {
    for (auto& batch : batches) {
        auto written = co_await into.write(std::move(batch), noon);
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
    scene at;
    std::vector<error> failures;
    runtime::task_group lanes{at.events().context()};
    for (int lane = 0; lane < 3; ++lane) {
        std::vector<ingest_batch> batches;
        for (int turn = 0; turn < 20; ++turn) {
            batches.push_back(batch_of(lane, turn));
        }
        lanes.spawn("lane", run_lane(at.store(), std::move(batches), failures));
    }
    CHECK(support::run_task(at.events(), lanes.join(limit)));
    CHECK(failures == std::vector<error>{});
    CHECK(at.ask("SELECT count(*)::text FROM events") == "1200");
    CHECK(at.ask(unattached) == "0");
    CHECK(
        at.ask("SELECT count(*)::text FROM users WHERE stage = 'signed_up'") ==
        at.ask("SELECT count(DISTINCT user_id)::text FROM events WHERE user_id IS NOT NULL")
    );
}

TEST_CASE("normaliser race: settling in any order of keys does not deadlock", "[integration]") {
    scene at;
    constexpr int turns = 20;
    constexpr int keys = 200;
    std::vector<error> failures;
    runtime::task_group lanes{at.events().context()};
    for (const int lane : {1, 2, 3}) {
        std::vector<ingest_batch> batches;
        for (int turn = 0; turn < turns; ++turn) {
            std::vector<int> asked(keys);
            std::iota(asked.begin(), asked.end(), turn * keys);
            if (lane == 2) {
                std::ranges::reverse(asked);
            }
            batches.push_back(unsettled_of(asked, static_cast<std::uint8_t>(lane)));
        }
        lanes.spawn("lane", run_lane(at.store(), std::move(batches), failures));
    }
    CHECK(support::run_task(at.events(), lanes.join(limit)));
    CHECK(failures == std::vector<error>{});
    const auto all = std::to_string(turns * keys);
    CHECK(at.ask("SELECT count(*)::text FROM idempotency_claims") == all);
    CHECK(at.ask("SELECT count(*)::text FROM events") == all);
}
