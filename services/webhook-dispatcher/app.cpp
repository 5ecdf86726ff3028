#include "webhook-dispatcher/app.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "vf/domain/limits.hpp"
#include "vf/postgres/keep_at.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/runtime/drain_steps.hpp"
#include "vf/wire/topics.hpp"
#include "webhook-dispatcher/erasures.hpp"
#include "webhook-dispatcher/fan_out/consume_webhooks.hpp"
#include "webhook-dispatcher/lanes/consume_deliveries.hpp"

namespace vf::webhook_dispatcher {

namespace {

constexpr std::string_view name = "webhook-dispatcher";
constexpr duration admin_limit = std::chrono::seconds{1};
// From the lease to the deadline of the attempt, and a margin to write what it came to. Short, so
// that what a crash left behind is soon tried again.
constexpr duration lease = domain::limits::attempt_deadline + std::chrono::seconds{5};

postgres::pool_options pool_options(const settings& given) {
    postgres::pool_options made;
    made.url = given.database_url;
    made.application_name = name;
    made.connections = given.database_connections;
    return made;
}

kafka::source_options source_of(
    const settings& given, std::string_view topic, std::string_view group
) {
    kafka::source_options made;
    made.brokers = given.kafka_brokers;
    made.client_id = name;
    made.group = group;
    made.topics = {std::string{topic}};
    made.batch_records_max = 500;
    made.buffer_bytes_max = 8U << 20U;
    return made;
}

}  // namespace

app::app(const settings& given)
    : settings_{given},
      stop_{events_.context()},
      fault_{events_.context()},
      database_{events_, pool_options(given), registry_},
      store_{database_, lease},
      sending_{settings_, {events_, registry_, metrics_, store_, clock_, random_, stop_}},
      consumers_{{events_, registry_, clock_, stop_, fault_, random_}},
      erasing_{events_.context()},
      admin_{
          events_, given.common.admin_listen.host, given.common.admin_listen.port, registry_,
          [this] { return conditions(); }
      } {}

std::vector<http::condition> app::conditions() const {
    return {
        {"database", schema_fits_},
        {"broker", broker_answers_},
        {"group_joined", consumers_.joined()},
        {"sweep", sending_.healthy()},
        {"not_draining", !stop_.raised()},
    };
}

runtime::task<result<void>> app::start() {
    auto listening = admin_.start();
    if (!listening) {
        co_return listening;
    }
    auto fits = co_await postgres::require_schema(database_, settings_.common.start_limit);
    if (!fits) {
        co_return fits;
    }
    schema_fits_ = true;
    auto warm = co_await start_producer();
    if (!warm) {
        co_return warm;
    }
    auto started = sending_.start(*producer_);
    if (started) {
        started = start_consumers();
    }
    if (started) {
        const postgres::upkeep erasing{
            "erase_people", "a user was erased", settings_.erasure_interval
        };
        erasing_.spawn("erase_people", postgres::keep_at(database_, erasing, erase_next, stop_));
        log_.info("started", {{"admin_port", admin_.port()}});
    }
    co_return started;
}

runtime::task<result<void>> app::start_producer() {
    kafka::producer_options options;
    options.brokers = settings_.kafka_brokers;
    options.client_id = name;
    auto made = kafka::producer::create(events_, options, registry_);
    if (!made) {
        co_return forward(made);
    }
    producer_ = std::move(*made);
    auto warm = co_await producer_->warm_up(settings_.common.start_limit);
    broker_answers_ = warm.has_value();
    co_return warm;
}

result<void> app::start_consumers() {
    const fan_out_parts parts{store_, clock_, metrics_, [this] { sending_.wake_announcer(); }};
    const duration first_delay = settings_.retry_schedule.front();
    auto started = consumers_.start(
        source_of(settings_, wire::topic::webhooks, "vf.dispatcher.webhooks"),
        std::make_unique<consume_webhooks>(parts, &wire::decode_webhook, first_delay), *producer_
    );
    if (started) {
        started = consumers_.start(
            source_of(settings_, wire::topic::fired, "vf.dispatcher.fired"),
            std::make_unique<consume_webhooks>(parts, &read_fired, first_delay), *producer_
        );
    }
    if (started) {
        auto stage =
            std::make_unique<consume_deliveries>(store_, sending_.lanes(), clock_, metrics_);
        started = consumers_.start(
            source_of(settings_, wire::topic::deliveries, "vf.dispatcher.deliveries"),
            std::move(stage), *producer_
        );
    }
    return started;
}

runtime::task<result<void>> app::drain(duration limit) {
    runtime::drain_steps steps{log_, limit};
    // Attempts run on meanwhile; nothing new starts once `stop` is raised.
    const bool closed = co_await consumers_.close(steps.left());
    steps.done("consumers", closed);
    const bool ended = co_await sending_.close(steps.left());
    steps.done("sending", ended);
    const bool erased = co_await erasing_.join(steps.left());
    steps.done("erasures", erased);
    if (producer_) {
        const bool flushed = co_await producer_->drain(steps.left());
        steps.done("producer", flushed);
    }
    const bool quiet = co_await admin_.drain(admin_limit);
    steps.done("admin", quiet);
    if (ended && erased) {
        database_.close();
    }
    co_return steps.outcome();
}

}  // namespace vf::webhook_dispatcher
