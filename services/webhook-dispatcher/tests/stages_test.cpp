#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string>
#include <vector>

#include "announce_dead.hpp"
#include "consume_deliveries.hpp"
#include "consume_webhooks.hpp"
#include "memory_parts.hpp"
#include "sweep_due.hpp"
#include "vf/domain/ids.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/support/run_task.hpp"
#include "vf/wire/set_aside.hpp"
#include "vf/wire/topics.hpp"

namespace vf::webhook_dispatcher {

namespace {

using namespace std::chrono_literals;

const instant noon = from_microseconds(1'700'000'000'000'000);

std::string make_delivery_id(int number) {
    return domain::id_from_digest(
        domain::prefix::delivery, std::string(32, static_cast<char>('a' + number))
    );
}

struct bench {
    telemetry::registry registry;
    metrics series{registry};
    manual_clock time{noon};
    seeded_random randomness{1};
    memory_store rows;
    memory_sink sink;
    int parked{0};
    runtime::loop events;
    runtime::signal stop{events.context()};
    lane_desk desk{events, {}, time, series};
    consume_webhooks webhooks{
        {rows, time, series, [this] { ++parked; }}, &wire::decode_webhook, 5s
    };
    consume_webhooks fired{{rows, time, series, [this] { ++parked; }}, &read_fired, 0s};
    consume_deliveries deliveries{rows, desk, time, series};
    dead_announcer announcer{events, {rows, sink, randomness, series}};
    sweeper sweeps{{rows, desk, stop, series}, 1s};

    auto settle(consumer::stage& stage, std::vector<wire::record> batch) {
        return support::run_task(events, stage.settle(std::move(batch)));
    }
};

wire::record make_event(const std::string& id) {
    wire::webhook_event event;
    event.project = domain::project_id{"prj_a"};
    event.id = domain::event_id{id};
    event.type = "email.opened";
    event.body = "{}";
    event.created_at = noon;
    return wire::encode(event, domain::external_user_id{"u1"});
}

wire::record make_nudge(const std::string& delivery, instant due_at, std::string resend_id = {}) {
    wire::delivery_nudge nudge;
    nudge.delivery = domain::delivery_id{delivery};
    nudge.endpoint = domain::endpoint_id{"ep_1"};
    nudge.due_at = due_at;
    nudge.resend_id = std::move(resend_id);
    return wire::encode(nudge);
}

wire::record make_garbage(std::string_view topic) {
    wire::record made;
    made.topic = topic;
    made.value = "not ours";
    made.partition = 0;
    made.offset = 7;
    return made;
}

dead_delivery make_dead() {
    dead_delivery made;
    made.id = domain::delivery_id{"dlv_1"};
    made.project = domain::project_id{"prj_a"};
    made.event = domain::event_id{"evt_1"};
    made.endpoint = domain::endpoint_id{"ep_1"};
    made.attempts = 8;
    made.died_at = noon;
    made.last_outcome = "dead";
    made.last_status = 500;
    return made;
}

}  // namespace

TEST_CASE("webhooks: events are kept once a batch and every pending delivery is nudged") {
    bench on;
    wire::delivery_nudge nudge;
    nudge.delivery = domain::delivery_id{"dlv_1"};
    nudge.endpoint = domain::endpoint_id{"ep_1"};
    nudge.due_at = noon;
    on.rows.fanned = {{nudge}, 1};
    const auto outputs =
        on.settle(on.webhooks, {make_event("evt_1"), make_event("evt_2"), make_event("evt_1")});
    REQUIRE(outputs);
    CHECK(on.rows.kept.size() == 2);
    CHECK(on.rows.first_delays == std::vector<duration>{5s});
    REQUIRE(outputs->size() == 1);
    CHECK(outputs->front().topic == wire::topic::deliveries);
    const auto told = wire::decode_nudge(outputs->front());
    REQUIRE(told);
    CHECK(told->delivery.text == "dlv_1");
    CHECK(told->resend_id.empty());
    CHECK(on.parked == 1);
}

TEST_CASE("webhooks: what cannot be decoded is quarantined and the rest goes on") {
    bench on;
    const auto outputs =
        on.settle(on.webhooks, {make_garbage(wire::topic::webhooks), make_event("evt_1")});
    REQUIRE(outputs);
    REQUIRE(outputs->size() == 1);
    const auto item = wire::decode_quarantined(outputs->front());
    REQUIRE(item);
    CHECK(item->reason.stage == "delivery");
    CHECK(item->reason.code == "undecodable_record");
    CHECK(item->original.value == "not ours");
    CHECK(on.rows.kept.size() == 1);
}

TEST_CASE("webhooks: the database's answer goes to the shell") {
    bench on;
    on.rows.refuse = error{failure::transient, "database_unavailable", {}};
    const auto outputs = on.settle(on.webhooks, {make_event("evt_1")});
    REQUIRE_FALSE(outputs);
    CHECK(outputs.error().is_transient());
    const auto item = wire::decode_quarantined(
        on.webhooks.refuse(make_event("evt_1"), {failure::data, "database_refused", "22021"})
    );
    REQUIRE(item);
    CHECK(item->reason.code == "refused_by_database");
    CHECK(item->reason.detail == "22021");
}

TEST_CASE("fires: each is told as an event of its own") {
    bench on;
    wire::rule_fired fire;
    fire.project = domain::project_id{"prj_a"};
    fire.fire_id = "fir_1";
    fire.rule = domain::rule_id{"rul_1"};
    fire.user = domain::external_user_id{"u1"};
    fire.fired_at = noon;
    REQUIRE(on.settle(on.fired, {wire::encode(fire), wire::encode(fire)}));
    REQUIRE(on.rows.kept.size() == 1);
    CHECK(on.rows.kept[0].type == "trigger.fired");
}

TEST_CASE("deliveries: a nudge that is due goes to its lane, one that is not is left to the sweep"
) {
    bench on;
    const auto outputs = on.settle(
        on.deliveries,
        {make_nudge(make_delivery_id(1), noon), make_nudge(make_delivery_id(2), noon + 5s)}
    );
    REQUIRE(outputs);
    CHECK(outputs->empty());
    const auto taken = on.desk.take(10);
    REQUIRE(taken.size() == 1);
    CHECK(taken[0].delivery.text == make_delivery_id(1));
}

TEST_CASE("deliveries: a resend has its effect once") {
    bench on;
    const std::string id = make_delivery_id(1);
    on.rows.add(id, "ep_1");
    on.rows.rows.at(id).state = delivery_state::dead;
    REQUIRE(on.settle(on.deliveries, {make_nudge(id, noon, "rsn_1")}));
    CHECK(on.rows.rows.at(id).state == delivery_state::pending);
    CHECK(on.rows.rows.at(id).row.run == 2);
    REQUIRE(on.settle(on.deliveries, {make_nudge(id, noon, "rsn_1")}));
    CHECK(on.rows.rows.at(id).row.run == 2);
    CHECK(on.desk.take(10).size() == 1);
}

TEST_CASE("deliveries: strange records are quarantined") {
    bench on;
    const auto outputs = on.settle(
        on.deliveries, {make_garbage(wire::topic::deliveries), make_nudge("dlv_strange", noon),
                        make_nudge(make_delivery_id(1), noon)}
    );
    REQUIRE(outputs);
    CHECK(outputs->size() == 2);
    CHECK(on.desk.take(10).size() == 1);
}

TEST_CASE("dead letters: the rows say why") {
    struct row {
        std::optional<std::string> outcome;
        std::optional<std::int64_t> status;
        std::optional<std::string> error;
        std::string_view cause;
        std::string_view detail;
    };

    const std::vector<row> rows{
        {"dead", 500, {}, "attempts_exhausted", "status 500"},
        {"dead", {}, "timed_out", "attempts_exhausted", "timed_out"},
        {"dead", 410, {}, "endpoint_gone", "status 410"},
        {{}, {}, {}, "endpoint_disabled", ""},
        {"retry", 500, {}, "endpoint_disabled", "status 500"},
    };
    for (const row& each : rows) {
        dead_delivery dead = make_dead();
        dead.last_outcome = each.outcome;
        dead.last_status = each.status;
        dead.last_error = each.error;
        const auto letter = make_dead_letter(dead);
        CHECK(letter.cause == each.cause);
        CHECK(letter.detail == each.detail);
        CHECK(letter.attempts == 8);
        CHECK(letter.died_at == noon);
    }
}

TEST_CASE("dead letters: the id belongs to the delivery and its run") {
    dead_delivery dead = make_dead();
    const auto first = make_dead_letter(dead).id;
    CHECK(make_dead_letter(dead).id == first);
    CHECK(domain::is_well_formed(first, domain::prefix::dead_letter));
    dead.run = 2;
    CHECK(make_dead_letter(dead).id != first);
}

TEST_CASE("dead letters: a row is marked only after the broker has acknowledged it") {
    bench on;
    on.rows.dead = {make_dead()};
    on.sink.refuse = error{failure::transient, "broker_unavailable", {}};
    CHECK_FALSE(support::run_task(on.events, on.announcer.announce_all()));
    CHECK(on.rows.dead.size() == 1);
    on.sink.refuse.reset();
    CHECK(support::run_task(on.events, on.announcer.announce_all()));
    CHECK(on.rows.dead.empty());
    REQUIRE(on.sink.published.size() == 1);
    const auto letter = wire::decode_dead_letter(on.sink.published[0]);
    REQUIRE(letter);
    CHECK(letter->delivery.text == "dlv_1");
}

TEST_CASE("dead letters: what died last is still announced on close") {
    bench on;
    runtime::task_group tasks{on.events.context()};
    tasks.spawn("announce", on.announcer.run());
    support::run_ready(on.events);
    on.rows.dead = {make_dead()};
    on.announcer.close();
    CHECK(support::run_task(on.events, tasks.join(5s)));
    CHECK(on.sink.published.size() == 1);
}

TEST_CASE("the sweep: due rows reach the lanes, and it goes on where it had to end") {
    bench on;
    for (int i = 0; i < 700; ++i) {
        lane_item item{
            domain::delivery_id{"dlv_" + std::to_string(1000 + i)},
            domain::endpoint_id{"ep_" + std::to_string(i % 7)}, i % 2 == 0
        };
        on.rows.waiting.push_back({std::move(item), noon + i * 1us});
    }
    on.rows.oldest = 3s;
    CHECK(support::run_task(on.events, on.sweeps.sweep()) == result<bool>{false});
    REQUIRE(on.rows.asked_after.size() == 2);
    CHECK(on.rows.asked_after[0].due_at == instant::min());
    CHECK(on.rows.asked_after[1].due_at == noon + 499us);
    CHECK(on.registry.expose().find("vf_dispatcher_lanes_depth 700") != std::string::npos);
    CHECK(on.registry.expose().find("vf_dispatcher_oldest_due_seconds 3") != std::string::npos);

    // The end was reached: the next one begins anew, and what is in the lanes is not doubled.
    REQUIRE(support::run_task(on.events, on.sweeps.sweep()));
    CHECK(on.rows.asked_after[2].due_at == instant::min());
    CHECK(on.registry.expose().find("vf_dispatcher_swept_total 700") != std::string::npos);
}

TEST_CASE("the sweep: a long backlog is worked off without waiting for the interval") {
    bench on;
    for (int i = 0; i < 5'000; ++i) {
        lane_item item{
            domain::delivery_id{"dlv_" + std::to_string(10'000 + i)},
            domain::endpoint_id{"ep_" + std::to_string(i % 50)}, false
        };
        on.rows.waiting.push_back({std::move(item), noon + i * 1us});
    }
    CHECK(support::run_task(on.events, on.sweeps.sweep()) == result<bool>{true});
    CHECK(support::run_task(on.events, on.sweeps.sweep()) == result<bool>{false});
    CHECK(on.registry.expose().find("vf_dispatcher_lanes_depth 5000") != std::string::npos);
}

}  // namespace vf::webhook_dispatcher
