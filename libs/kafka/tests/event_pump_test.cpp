#include "client/event_pump.hpp"

#include <catch2/catch_test_macros.hpp>

#include "client/client_config.hpp"
#include "vf/support/run_task.hpp"

using namespace vf::kafka;
using vf::support::run_until;

namespace {

// A client that has something to say before anybody listens, and never finds a broker.
client_handle make_talkative() {
    client_config config{{.brokers = "127.0.0.1:1"}, "test"};
    config.set({{"log.queue", "true"}, {"debug", "generic,conf"}, {"log_level", "7"}});
    config.events(RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_LOG | RD_KAFKA_EVENT_ERROR);
    return config.make(RD_KAFKA_PRODUCER).value();
}

}  // namespace

TEST_CASE("event pump: what was queued before it listened does not silence it", "[unit]") {
    vf::runtime::loop events;
    const client_handle client = make_talkative();
    const queue_handle queue{rd_kafka_queue_get_main(client.get())};
    REQUIRE(rd_kafka_set_log_queue(client.get(), nullptr) == RD_KAFKA_RESP_ERR_NO_ERROR);
    REQUIRE(rd_kafka_queue_length(queue.get()) > 0);
    int logs = 0;
    int reports = 0;
    int bursts = 0;
    event_pump::handlers handlers;
    handlers.event = [&](rd_kafka_event_t* event) {
        (rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR ? reports : logs) += 1;
    };
    handlers.burst_over = [&] { ++bursts; };
    const auto pump =
        event_pump::create(events.context(), queue.get(), std::move(handlers)).value();
    run_until(events, [&] { return logs > 0; });
    CHECK(bursts > 0);

    // Nothing else wakes the loop for this one.
    const topic_handle topic{rd_kafka_topic_new(client.get(), "t", nullptr)};
    REQUIRE(
        rd_kafka_produce(
            topic.get(), RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, nullptr, 0, nullptr, 0, nullptr
        ) == 0
    );
    rd_kafka_purge(client.get(), RD_KAFKA_PURGE_F_QUEUE);
    run_until(events, [&] { return reports > 0; });
    CHECK(reports == 1);
}

TEST_CASE("event pump: a destroyed pump hears nothing more", "[unit]") {
    vf::runtime::loop events;
    const client_handle client = make_talkative();
    const queue_handle queue{rd_kafka_queue_get_main(client.get())};
    rd_kafka_set_log_queue(client.get(), nullptr);
    int heard = 0;
    event_pump::handlers handlers;
    handlers.event = [&](rd_kafka_event_t*) { ++heard; };
    handlers.burst_over = [] {};
    auto pump = event_pump::create(events.context(), queue.get(), std::move(handlers)).value();
    REQUIRE(rd_kafka_queue_length(queue.get()) > 0);
    pump.reset();
    vf::support::run_ready(events);
    CHECK(heard == 0);
}
