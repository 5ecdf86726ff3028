#include "start_attempts.hpp"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string>
#include <vector>

#include "memory_parts.hpp"
#include "vf/base/text.hpp"
#include "vf/support/run_task.hpp"

namespace vf::webhook_dispatcher {

namespace {

using namespace std::chrono_literals;

const instant noon = from_microseconds(1'700'000'000'000'000);

// The sending half with a database and a network in memory.
struct bench {
    telemetry::registry registry;
    metrics series{registry};
    crypto::master_key key{*crypto::master_key::from_base64(to_base64(std::string(32, 'k')))};
    seeded_random randomness{1};
    manual_clock time{noon};
    attempt_options options{{0s, 30s, 2min}, "X-Vibefollow-Signature"};
    memory_store rows;
    scripted_sender out;
    int deaths{0};
    runtime::loop events;
    runtime::signal stop{events.context()};
    lane_desk desk{events, {}, time, series};
    runtime::task_group attempts{events.context()};
    runtime::task_group shells{events.context()};
    outcome_writer writer{events, {rows, desk, randomness, series, [this] { ++deaths; }}};
    attempt_starter starter{
        {rows, desk, writer, attempts, stop}, {out, key, time, randomness, options}
    };

    void add(const std::string& id, const std::string& endpoint) {
        rows.add(id, endpoint);
        auto& row = rows.rows.at(id).row;
        row.secret_sealed = key.seal("whsec_a", "endpoint:" + endpoint + ":secret", randomness);
    }

    void offer(const std::string& id) {
        const auto& row = rows.rows.at(id).row;
        desk.offer({{row.id, row.endpoint, row.attempts == 0}});
    }

    void start() {
        shells.spawn("start", starter.run());
        shells.spawn("write", writer.run());
    }

    // Rows and network are in memory: what does not wait for time has then happened.
    void settle_down() { support::run_ready(events); }

    void await_delivered(const std::string& id) {
        const auto& row = rows.rows.at(id);
        support::run_until(events, [&row] { return row.state == delivery_state::delivered; });
    }

    bool finish() {
        stop.raise();
        desk.wake();
        const bool answered = support::run_task(events, attempts.join(5s));
        writer.close();
        return support::run_task(events, shells.join(5s)) && answered;
    }
};

}  // namespace

TEST_CASE("attempts: a nudge becomes a lease, a POST and an outcome") {
    bench on;
    on.out.answer(200);
    on.add("dlv_1", "ep_1");
    on.start();
    on.offer("dlv_1");
    on.settle_down();
    const auto& row = on.rows.rows.at("dlv_1");
    CHECK(row.state == delivery_state::delivered);
    REQUIRE(row.attempts.size() == 1);
    CHECK(on.out.sent.size() == 1);
    CHECK_FALSE(row.leased);
    CHECK(on.finish());
}

TEST_CASE("attempts: what ends together is written together") {
    bench on;
    on.out.answer(200);
    for (int i = 0; i < 20; ++i) {
        on.add("dlv_" + std::to_string(i), "ep_" + std::to_string(i));
        on.offer("dlv_" + std::to_string(i));
    }
    on.start();
    on.settle_down();
    CHECK(on.rows.leases == 1);
    std::size_t written = 0;
    for (const std::size_t count : on.rows.settles) {
        written += count;
    }
    CHECK(written == 20);
    CHECK(on.rows.settles.size() <= 3);
    CHECK(on.finish());
}

TEST_CASE("attempts: a row that somebody else has is let go without a word") {
    bench on;
    on.out.answer(200);
    on.add("dlv_1", "ep_1");
    on.rows.rows.at("dlv_1").leased = true;
    on.start();
    on.offer("dlv_1");
    on.settle_down();
    CHECK(on.out.sent.empty());
    // Its place is free again.
    on.rows.rows.at("dlv_1").leased = false;
    on.offer("dlv_1");
    on.settle_down();
    CHECK(on.out.sent.size() == 1);
    CHECK(on.finish());
}

TEST_CASE("attempts: an endpoint that hangs does not delay another") {
    bench on;
    runtime::signal hang{on.events.context()};
    on.out.answer(200);
    on.out.hang = &hang;
    for (int i = 0; i < 50; ++i) {
        on.add("dlv_h" + std::to_string(i), "ep_hangs");
        on.offer("dlv_h" + std::to_string(i));
    }
    on.start();
    on.settle_down();
    CHECK(on.out.sent.size() == 4);

    on.out.hang = nullptr;
    on.add("dlv_1", "ep_1");
    on.offer("dlv_1");
    on.settle_down();
    CHECK(on.rows.rows.at("dlv_1").state == delivery_state::delivered);
    hang.raise();
    CHECK(on.finish());
}

TEST_CASE("attempts: a delivery to a deleted endpoint dies without a POST") {
    bench on;
    on.out.answer(200);
    on.add("dlv_1", "ep_1");
    on.rows.rows.at("dlv_1").row.condition = endpoint_condition::deleted;
    on.start();
    on.offer("dlv_1");
    on.settle_down();
    CHECK(on.out.sent.empty());
    CHECK(on.rows.rows.at("dlv_1").state == delivery_state::dead);
    CHECK(on.rows.rows.at("dlv_1").attempts.empty());
    CHECK(on.deaths == 1);
    CHECK(on.finish());
}

TEST_CASE("attempts: what was leased while stop came is given back at once") {
    bench on;
    on.out.answer(200);
    on.add("dlv_1", "ep_1");
    on.rows.on_leased = [&on] { on.stop.raise(); };
    on.start();
    on.offer("dlv_1");
    on.settle_down();
    CHECK(on.out.sent.empty());
    CHECK(on.rows.released == 1);
    CHECK_FALSE(on.rows.rows.at("dlv_1").leased);
    CHECK(on.finish());
}

TEST_CASE("attempts: a database that is away costs nothing but time") {
    bench on;
    on.out.answer(200);
    on.add("dlv_1", "ep_1");
    on.rows.refuse = error{failure::transient, "database_unavailable", {}};
    on.start();
    on.offer("dlv_1");
    on.settle_down();
    CHECK(on.out.sent.empty());
    on.rows.refuse.reset();
    on.offer("dlv_1");
    on.await_delivered("dlv_1");
    CHECK(on.out.sent.size() == 1);
    CHECK(on.finish());
}

TEST_CASE("outcomes: they are written again until the database takes them") {
    bench on;
    on.out.answer(200);
    on.add("dlv_1", "ep_1");
    on.rows.settle_errors = {
        error{failure::transient, "database_unavailable", {}},
        error{failure::transient, "database_conflict", {}}
    };
    on.start();
    on.offer("dlv_1");
    on.await_delivered("dlv_1");
    CHECK(on.rows.settles.size() == 3);
    CHECK(on.out.sent.size() == 1);
    CHECK(on.finish());
}

TEST_CASE("outcomes: of a lost lease nothing is written") {
    bench on;
    on.out.answer(500);
    on.add("dlv_1", "ep_1");
    runtime::signal hang{on.events.context()};
    on.out.hang = &hang;
    on.start();
    on.offer("dlv_1");
    on.settle_down();
    on.rows.rows.at("dlv_1").token = "lse_of_another";
    hang.raise();
    on.settle_down();
    CHECK(on.rows.rows.at("dlv_1").attempts.empty());
    CHECK(on.rows.rows.at("dlv_1").leased);
    CHECK(on.registry.expose().find("vf_dispatcher_leases_lost_total 1") != std::string::npos);
    CHECK(on.finish());
}

TEST_CASE("outcomes: an impossible one does not take its neighbours along") {
    bench on;
    on.out.answer(200);
    for (const char* id : {"dlv_1", "dlv_2", "dlv_3"}) {
        on.add(id, std::string{"ep_"} + id);
        on.offer(id);
    }
    on.rows.impossible = {"dlv_2"};
    on.start();
    on.settle_down();
    CHECK(on.rows.rows.at("dlv_1").state == delivery_state::delivered);
    CHECK(on.rows.rows.at("dlv_2").state == delivery_state::pending);
    CHECK(on.rows.rows.at("dlv_3").state == delivery_state::delivered);
    CHECK(on.finish());
}

TEST_CASE("outcomes: close waits for what is still to be written") {
    bench on;
    on.out.answer(500);
    on.add("dlv_1", "ep_1");
    on.rows.rows.at("dlv_1").row.attempts = 2;
    on.start();
    on.offer("dlv_1");
    on.settle_down();
    CHECK(on.finish());
    CHECK(on.rows.rows.at("dlv_1").state == delivery_state::dead);
    CHECK(on.deaths == 1);
}

}  // namespace vf::webhook_dispatcher
