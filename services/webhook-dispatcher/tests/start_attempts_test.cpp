#include "webhook-dispatcher/lanes/start_attempts.hpp"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string>
#include <vector>

#include "memory_store.hpp"
#include "vf/base/text.hpp"
#include "vf/support/run_task.hpp"

namespace vf::webhook_dispatcher {

namespace {

using namespace std::chrono_literals;

const instant noon = from_microseconds(1'700'000'000'000'000);

// The sending half with a database and a network in memory.
struct dispatcher_fixture {
    telemetry::registry registry;
    metrics metrics{registry};
    crypto::master_key key{*crypto::master_key::from_base64(to_base64(std::string(32, 'k')))};
    seeded_random randomness{1};
    manual_clock time{noon};
    attempt_options options{{0s, 30s, 2min}, "X-Vibefollow-Signature"};
    memory_store rows;
    scripted_sender out;
    int deaths{0};
    runtime::loop events;
    runtime::signal stop{events.context()};
    lane_scheduler scheduler{events, {}, time, metrics};
    runtime::task_group attempts{events.context()};
    runtime::task_group shells{events.context()};
    outcome_writer writer{events, {rows, scheduler, randomness, metrics, [this] { ++deaths; }}};
    attempt_starter starter{
        {rows, scheduler, writer, attempts, stop}, {out, key, time, randomness, options}
    };

    void add(const std::string& id, const std::string& endpoint) {
        rows.add(id, endpoint);
        auto& row = rows.rows.at(id).row;
        row.secret_sealed = key.seal("whsec_a", "endpoint:" + endpoint + ":secret", randomness);
    }

    void offer(const std::string& id) {
        const auto& row = rows.rows.at(id).row;
        scheduler.offer({{row.id, row.endpoint, {}, row.attempts == 0}});
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
        scheduler.wake();
        const bool answered = support::run_task(events, attempts.join(5s));
        writer.close();
        return support::run_task(events, shells.join(5s)) && answered;
    }
};

}  // namespace

TEST_CASE("attempts: a nudge becomes a lease, a POST and an outcome") {
    dispatcher_fixture fixture;
    fixture.out.answer(200);
    fixture.add("dlv_1", "ep_1");
    fixture.start();
    fixture.offer("dlv_1");
    fixture.settle_down();
    const auto& row = fixture.rows.rows.at("dlv_1");
    CHECK(row.state == delivery_state::delivered);
    REQUIRE(row.attempts.size() == 1);
    CHECK(fixture.out.sent.size() == 1);
    CHECK_FALSE(row.leased);
    CHECK(fixture.finish());
}

TEST_CASE("attempts: what ends together is written together") {
    dispatcher_fixture fixture;
    fixture.out.answer(200);
    for (int i = 0; i < 20; ++i) {
        fixture.add("dlv_" + std::to_string(i), "ep_" + std::to_string(i));
        fixture.offer("dlv_" + std::to_string(i));
    }
    fixture.start();
    fixture.settle_down();
    CHECK(fixture.rows.leases == 1);
    std::size_t written = 0;
    for (const std::size_t count : fixture.rows.settles) {
        written += count;
    }
    CHECK(written == 20);
    CHECK(fixture.rows.settles.size() <= 3);
    CHECK(fixture.finish());
}

TEST_CASE("attempts: a row that somebody else has is let go without a word") {
    dispatcher_fixture fixture;
    fixture.out.answer(200);
    fixture.add("dlv_1", "ep_1");
    fixture.rows.rows.at("dlv_1").leased = true;
    fixture.start();
    fixture.offer("dlv_1");
    fixture.settle_down();
    CHECK(fixture.out.sent.empty());
    // Its place is free again.
    fixture.rows.rows.at("dlv_1").leased = false;
    fixture.offer("dlv_1");
    fixture.settle_down();
    CHECK(fixture.out.sent.size() == 1);
    CHECK(fixture.finish());
}

TEST_CASE("attempts: an endpoint that hangs does not delay another") {
    dispatcher_fixture fixture;
    runtime::signal hang{fixture.events.context()};
    fixture.out.answer(200);
    fixture.out.hang = &hang;
    for (int i = 0; i < 50; ++i) {
        fixture.add("dlv_h" + std::to_string(i), "ep_hangs");
        fixture.offer("dlv_h" + std::to_string(i));
    }
    fixture.start();
    fixture.settle_down();
    CHECK(fixture.out.sent.size() == 4);

    fixture.out.hang = nullptr;
    fixture.add("dlv_1", "ep_1");
    fixture.offer("dlv_1");
    fixture.settle_down();
    CHECK(fixture.rows.rows.at("dlv_1").state == delivery_state::delivered);
    hang.raise();
    CHECK(fixture.finish());
}

TEST_CASE("attempts: a delivery to a deleted endpoint dies without a POST") {
    dispatcher_fixture fixture;
    fixture.out.answer(200);
    fixture.add("dlv_1", "ep_1");
    fixture.rows.rows.at("dlv_1").row.condition = endpoint_condition::deleted;
    fixture.start();
    fixture.offer("dlv_1");
    fixture.settle_down();
    CHECK(fixture.out.sent.empty());
    CHECK(fixture.rows.rows.at("dlv_1").state == delivery_state::dead);
    CHECK(fixture.rows.rows.at("dlv_1").attempts.empty());
    CHECK(fixture.deaths == 1);
    CHECK(fixture.finish());
}

TEST_CASE("attempts: what was leased while stop came is given back at once") {
    dispatcher_fixture fixture;
    fixture.out.answer(200);
    fixture.add("dlv_1", "ep_1");
    fixture.rows.on_leased = [&fixture] { fixture.stop.raise(); };
    fixture.start();
    fixture.offer("dlv_1");
    fixture.settle_down();
    CHECK(fixture.out.sent.empty());
    CHECK(fixture.rows.released == 1);
    CHECK_FALSE(fixture.rows.rows.at("dlv_1").leased);
    CHECK(fixture.finish());
}

TEST_CASE("attempts: a database that is away costs nothing but time") {
    dispatcher_fixture fixture;
    fixture.out.answer(200);
    fixture.add("dlv_1", "ep_1");
    fixture.rows.refuse = error{failure::transient, "database_unavailable", {}};
    fixture.start();
    fixture.offer("dlv_1");
    fixture.settle_down();
    CHECK(fixture.out.sent.empty());
    fixture.rows.refuse.reset();
    fixture.offer("dlv_1");
    fixture.await_delivered("dlv_1");
    CHECK(fixture.out.sent.size() == 1);
    CHECK(fixture.finish());
}

TEST_CASE("outcomes: they are written again until the database takes them") {
    dispatcher_fixture fixture;
    fixture.out.answer(200);
    fixture.add("dlv_1", "ep_1");
    fixture.rows.settle_errors = {
        error{failure::transient, "database_unavailable", {}},
        error{failure::transient, "database_conflict", {}}
    };
    fixture.start();
    fixture.offer("dlv_1");
    fixture.await_delivered("dlv_1");
    CHECK(fixture.rows.settles.size() == 3);
    CHECK(fixture.out.sent.size() == 1);
    CHECK(fixture.finish());
}

TEST_CASE("outcomes: of a lost lease nothing is written") {
    dispatcher_fixture fixture;
    fixture.out.answer(500);
    fixture.add("dlv_1", "ep_1");
    runtime::signal hang{fixture.events.context()};
    fixture.out.hang = &hang;
    fixture.start();
    fixture.offer("dlv_1");
    fixture.settle_down();
    fixture.rows.rows.at("dlv_1").token = "lse_of_another";
    hang.raise();
    fixture.settle_down();
    CHECK(fixture.rows.rows.at("dlv_1").attempts.empty());
    CHECK(fixture.rows.rows.at("dlv_1").leased);
    CHECK(fixture.registry.expose().find("vf_dispatcher_leases_lost_total 1") != std::string::npos);
    CHECK(fixture.finish());
}

TEST_CASE("outcomes: an impossible one does not take its neighbours along") {
    dispatcher_fixture fixture;
    fixture.out.answer(200);
    for (const char* id : {"dlv_1", "dlv_2", "dlv_3"}) {
        fixture.add(id, std::string{"ep_"} + id);
        fixture.offer(id);
    }
    fixture.rows.impossible = {"dlv_2"};
    fixture.start();
    fixture.settle_down();
    CHECK(fixture.rows.rows.at("dlv_1").state == delivery_state::delivered);
    CHECK(fixture.rows.rows.at("dlv_2").state == delivery_state::pending);
    CHECK(fixture.rows.rows.at("dlv_3").state == delivery_state::delivered);
    CHECK(fixture.finish());
}

TEST_CASE("outcomes: close waits for what is still to be written") {
    dispatcher_fixture fixture;
    fixture.out.answer(500);
    fixture.add("dlv_1", "ep_1");
    fixture.rows.rows.at("dlv_1").row.attempts = 2;
    fixture.start();
    fixture.offer("dlv_1");
    fixture.settle_down();
    CHECK(fixture.finish());
    CHECK(fixture.rows.rows.at("dlv_1").state == delivery_state::dead);
    CHECK(fixture.deaths == 1);
}

}  // namespace vf::webhook_dispatcher
