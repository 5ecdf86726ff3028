#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string>
#include <vector>

#include "memory_store.hpp"
#include "vf/domain/ids.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/support/run_task.hpp"
#include "vf/support/stage_runner.hpp"
#include "vf/wire/set_aside.hpp"
#include "vf/wire/topics.hpp"
#include "webhook-dispatcher/attempt/publish_dead.hpp"
#include "webhook-dispatcher/fan_out/consume_webhooks.hpp"
#include "webhook-dispatcher/lanes/consume_deliveries.hpp"
#include "webhook-dispatcher/lanes/sweep_due.hpp"

namespace vf::webhook_dispatcher {

namespace {

using namespace std::chrono_literals;

const instant noon = from_microseconds(1'700'000'000'000'000);

std::string make_delivery_id(int number) {
    return domain::id_from_digest(
        domain::prefix::delivery, std::string(32, static_cast<char>('a' + number))
    );
}

struct dispatcher_fixture {
    telemetry::registry registry;
    metrics metrics{registry};
    manual_clock time{noon};
    seeded_random randomness{1};
    memory_store rows;
    memory_sink sink;
    int parked{0};
    runtime::loop events;
    runtime::signal stop{events.context()};
    lane_scheduler scheduler{events, {}, time, metrics};
    consume_webhooks fan_out_stage{{rows, metrics, [this] { ++parked; }}, 5s};
    consume_deliveries deliveries_stage{rows, scheduler, time, metrics};
    support::stage_runner<wire::webhook_event> webhooks{
        events, time, wire::consumers::webhooks, wire::decode_webhook, fan_out_stage
    };
    support::stage_runner<wire::webhook_event> fired{
        events, time, wire::consumers::fired, decode_fired_event, fan_out_stage
    };
    support::stage_runner<wire::delivery_nudge> deliveries{
        events, time, wire::consumers::deliveries, decode_delivery_nudge, deliveries_stage
    };
    dead_letter_publisher dead_letters{events, {rows, sink, randomness, metrics}};
    sweeper sweeps{{rows, scheduler, stop, metrics}, 1s};
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
    wire::record record;
    record.topic = topic;
    record.value = "not ours";
    record.partition = 0;
    record.offset = 7;
    return record;
}

dead_delivery make_dead() {
    dead_delivery dead;
    dead.id = domain::delivery_id{"dlv_1"};
    dead.project = domain::project_id{"prj_a"};
    dead.event = domain::event_id{"evt_1"};
    dead.endpoint = domain::endpoint_id{"ep_1"};
    dead.attempts = 8;
    dead.died_at = noon;
    dead.last_outcome = "dead";
    dead.last_status = 500;
    return dead;
}

}  // namespace

TEST_CASE("webhooks: events are kept once a batch and every pending delivery is nudged") {
    dispatcher_fixture fixture;
    wire::delivery_nudge nudge;
    nudge.delivery = domain::delivery_id{"dlv_1"};
    nudge.endpoint = domain::endpoint_id{"ep_1"};
    nudge.due_at = noon;
    fixture.rows.fanned = {{nudge}, 1};
    const auto outputs =
        fixture.webhooks.process({make_event("evt_1"), make_event("evt_2"), make_event("evt_1")});
    CHECK(fixture.rows.kept.size() == 2);
    CHECK(fixture.rows.first_delays == std::vector<duration>{5s});
    REQUIRE(outputs.size() == 1);
    CHECK(outputs.front().topic == wire::topic::deliveries);
    const auto delivery_nudge = wire::decode_nudge(outputs.front());
    REQUIRE(delivery_nudge);
    CHECK(delivery_nudge->delivery.text == "dlv_1");
    CHECK(delivery_nudge->resend_id.empty());
    CHECK(fixture.parked == 1);
}

TEST_CASE("webhooks: what cannot be decoded is quarantined and the rest goes on") {
    dispatcher_fixture fixture;
    const auto outputs =
        fixture.webhooks.process({make_garbage(wire::topic::webhooks), make_event("evt_1")});
    REQUIRE(outputs.size() == 1);
    const auto item = wire::decode_quarantined(outputs.front());
    REQUIRE(item);
    CHECK(item->reason.stage == "delivery");
    CHECK(item->reason.code == "undecodable_record");
    CHECK(item->original.value == "not ours");
    CHECK(fixture.rows.kept.size() == 1);
}

TEST_CASE("webhooks: an answer of the database that nobody can help is no outcome") {
    dispatcher_fixture fixture;
    fixture.rows.refuse = error{failure::permanent, "database_error", {}};
    CHECK(fixture.webhooks.process({make_event("evt_1")}).empty());
    CHECK_FALSE(fixture.webhooks.committed());
}

TEST_CASE("webhooks: what the database refuses for its content is quarantined") {
    dispatcher_fixture fixture;
    fixture.rows.refuse = error{failure::data, "database_refused", "22021"};
    const auto outputs = fixture.webhooks.process({make_event("evt_1")});
    REQUIRE(outputs.size() == 1);
    const auto item = wire::decode_quarantined(outputs.front());
    REQUIRE(item);
    CHECK(item->reason.code == "refused_by_database");
    CHECK(item->reason.detail == "22021");
}

TEST_CASE("fires: each is an event of its own for customers") {
    dispatcher_fixture fixture;
    wire::rule_fired fire;
    fire.project = domain::project_id{"prj_a"};
    fire.fire_id = "fir_1";
    fire.rule = domain::rule_id{"rul_1"};
    fire.user = domain::external_user_id{"u1"};
    fire.fired_at = noon;
    fixture.fired.process({wire::encode(fire), wire::encode(fire)});
    REQUIRE(fixture.fired.committed());
    REQUIRE(fixture.rows.kept.size() == 1);
    CHECK(fixture.rows.kept[0].type == "trigger.fired");
}

TEST_CASE("deliveries: a nudge that is due goes to its lane, one that is not is left to the sweep"
) {
    dispatcher_fixture fixture;
    const auto outputs = fixture.deliveries.process(
        {make_nudge(make_delivery_id(1), noon), make_nudge(make_delivery_id(2), noon + 5s)}
    );
    CHECK(outputs.empty());
    const auto items = fixture.scheduler.take(10);
    REQUIRE(items.size() == 1);
    CHECK(items[0].delivery.text == make_delivery_id(1));
}

TEST_CASE("deliveries: a resend has its effect once") {
    dispatcher_fixture fixture;
    const std::string id = make_delivery_id(1);
    fixture.rows.add(id, "ep_1");
    fixture.rows.rows.at(id).state = delivery_state::dead;
    fixture.deliveries.process({make_nudge(id, noon, "rsn_1")});
    REQUIRE(fixture.deliveries.committed());
    CHECK(fixture.rows.rows.at(id).state == delivery_state::pending);
    CHECK(fixture.rows.rows.at(id).row.run == 2);
    fixture.deliveries.process({make_nudge(id, noon, "rsn_1")});
    REQUIRE(fixture.deliveries.committed());
    CHECK(fixture.rows.rows.at(id).row.run == 2);
    CHECK(fixture.scheduler.take(10).size() == 1);
}

TEST_CASE("deliveries: strange records are quarantined") {
    dispatcher_fixture fixture;
    const auto outputs = fixture.deliveries.process(
        {make_garbage(wire::topic::deliveries), make_nudge("dlv_strange", noon),
         make_nudge(make_delivery_id(1), noon)}
    );
    CHECK(outputs.size() == 2);
    CHECK(fixture.scheduler.take(10).size() == 1);
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
    dispatcher_fixture fixture;
    fixture.rows.dead = {make_dead()};
    fixture.sink.refuse = error{failure::transient, "broker_unavailable", {}};
    CHECK_FALSE(support::run_task(fixture.events, fixture.dead_letters.publish_all()));
    CHECK(fixture.rows.dead.size() == 1);
    fixture.sink.refuse.reset();
    CHECK(support::run_task(fixture.events, fixture.dead_letters.publish_all()));
    CHECK(fixture.rows.dead.empty());
    REQUIRE(fixture.sink.published.size() == 1);
    const auto letter = wire::decode_dead_letter(fixture.sink.published[0]);
    REQUIRE(letter);
    CHECK(letter->delivery.text == "dlv_1");
}

TEST_CASE("dead letters: what died last is still published on close") {
    dispatcher_fixture fixture;
    runtime::task_group tasks{fixture.events.context()};
    tasks.spawn("publish_dead", fixture.dead_letters.run());
    support::run_ready(fixture.events);
    fixture.rows.dead = {make_dead()};
    fixture.dead_letters.close();
    CHECK(support::run_task(fixture.events, tasks.join(5s)));
    CHECK(fixture.sink.published.size() == 1);
}

TEST_CASE("the sweep: due rows reach the lanes, and it goes on where it had to end") {
    dispatcher_fixture fixture;
    for (int i = 0; i < 700; ++i) {
        lane_item item{
            domain::delivery_id{"dlv_" + std::to_string(1000 + i)},
            domain::endpoint_id{"ep_" + std::to_string(i % 7)},
            {},
            i % 2 == 0
        };
        fixture.rows.waiting.push_back({std::move(item), noon + i * 1us});
    }
    fixture.rows.oldest = 3s;
    CHECK(support::run_task(fixture.events, fixture.sweeps.sweep()) == result<bool>{false});
    REQUIRE(fixture.rows.asked_after.size() == 2);
    CHECK(fixture.rows.asked_after[0].due_at == instant::min());
    CHECK(fixture.rows.asked_after[1].due_at == noon + 499us);
    CHECK(fixture.registry.expose().find("vf_dispatcher_lanes_depth 700") != std::string::npos);
    CHECK(
        fixture.registry.expose().find("vf_dispatcher_oldest_due_seconds 3") != std::string::npos
    );

    // The end was reached: the next one begins anew, and what is in the lanes is not doubled.
    REQUIRE(support::run_task(fixture.events, fixture.sweeps.sweep()));
    CHECK(fixture.rows.asked_after[2].due_at == instant::min());
    CHECK(fixture.registry.expose().find("vf_dispatcher_swept_total 700") != std::string::npos);
}

TEST_CASE("the sweep: a long backlog is worked off without waiting for the interval") {
    dispatcher_fixture fixture;
    for (int i = 0; i < 5'000; ++i) {
        lane_item item{
            domain::delivery_id{"dlv_" + std::to_string(10'000 + i)},
            domain::endpoint_id{"ep_" + std::to_string(i % 50)},
            {},
            false
        };
        fixture.rows.waiting.push_back({std::move(item), noon + i * 1us});
    }
    CHECK(support::run_task(fixture.events, fixture.sweeps.sweep()) == result<bool>{true});
    CHECK(support::run_task(fixture.events, fixture.sweeps.sweep()) == result<bool>{false});
    CHECK(fixture.registry.expose().find("vf_dispatcher_lanes_depth 5000") != std::string::npos);
}

TEST_CASE("the sweep: one project's backlog does not hide what is due for another") {
    dispatcher_fixture fixture;
    const domain::project_id flooding{"prj_1"};
    for (int i = 0; i < 30'000; ++i) {
        lane_item item{
            domain::delivery_id{"dlv_" + std::to_string(100'000 + i)},
            domain::endpoint_id{"ep_" + std::to_string(i % 30)}, flooding, false
        };
        fixture.rows.waiting.push_back({std::move(item), noon + i * 1us});
    }
    lane_item other{
        domain::delivery_id{"dlv_other"}, domain::endpoint_id{"ep_other"},
        domain::project_id{"prj_2"}, false
    };
    fixture.rows.waiting.push_back({other, noon + 1s});
    for (int sweeps = 0; sweeps < 3; ++sweeps) {
        REQUIRE(support::run_task(fixture.events, fixture.sweeps.sweep()));
    }
    // It is there already.
    CHECK(fixture.scheduler.offer({other}) == 0);
}

}  // namespace vf::webhook_dispatcher
