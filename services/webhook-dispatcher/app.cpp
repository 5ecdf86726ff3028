#include "webhook-dispatcher/app.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "vf/domain/limits.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/runtime/drain_steps.hpp"
#include "vf/upkeep/periodic.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"
#include "webhook-dispatcher/erasures.hpp"

namespace vf::webhook_dispatcher {

namespace {

constexpr std::string_view name = "webhook-dispatcher";
constexpr duration admin_limit = std::chrono::seconds{1};
// From the lease to the deadline of the attempt, and a margin to write what it came to. Short, so
// that what a crash left behind is soon tried again.
constexpr duration lease = domain::limits::attempt_deadline + std::chrono::seconds{5};

postgres::pool_options pool_options(const settings& settings) {
    postgres::pool_options options;
    options.url = settings.database_url;
    options.application_name = name;
    options.connections = settings.database_connections;
    return options;
}

consumer::consumer_options options_of(const wire::consumer_description& consumer) {
    consumer::consumer_options options{consumer};
    options.batch_records_max = 500;
    options.buffer_bytes_max = 8U << 20U;
    return options;
}

}  // namespace

app::app(const settings& settings)
    : settings_{settings},
      stop_{events_.context()},
      fault_{events_.context()},
      database_{events_, pool_options(settings), registry_},
      database_health_{events_, settings.database_url, name},
      store_{database_, lease},
      delivery_pipeline_{settings_, {events_, registry_, metrics_, store_, clock_, random_, stop_}},
      consumers_{
          {events_, registry_, clock_, random_, stop_, fault_},
          {settings.cluster, std::string{name}, settings.replica}
      },
      upkeep_{events_.context()},
      admin_{
          events_, settings.common.admin_listen.host, settings.common.admin_listen.port, registry_,
          [this] { return conditions(); }
      } {}

std::vector<http::condition> app::conditions() const {
    auto all = consumers_.conditions();
    all.push_back({"schema", schema_fits_});
    all.push_back({"database", database_health_.ready(), database_health_.why()});
    all.push_back({"broker", broker_answers_, producer_ ? producer_->refusal() : std::string{}});
    all.push_back({"sweep", delivery_pipeline_.healthy()});
    all.push_back({"not_draining", !stop_.raised()});
    return all;
}

runtime::task<result<void>> app::start() {
    auto listening = admin_.start();
    if (!listening) {
        co_return listening;
    }
    upkeep_.spawn("database_health", database_health_.watch(stop_));
    auto fits = co_await postgres::require_schema(database_, settings_.common.start_limit);
    if (!fits) {
        co_return fits;
    }
    schema_fits_ = true;
    auto warm = co_await start_producer();
    if (!warm) {
        co_return warm;
    }
    auto started = delivery_pipeline_.start(*producer_);
    if (started) {
        started = start_consumers();
    }
    if (started) {
        const upkeep::periodic_job erasing{
            "erase_people", "a user was erased", settings_.erasure_interval
        };
        upkeep_.spawn(
            "erase_people", upkeep::run_periodically(database_, erasing, erase_next, stop_)
        );
        log_.info("started", {{"admin_port", admin_.port()}});
    }
    co_return started;
}

runtime::task<result<void>> app::start_producer() {
    kafka::producer_options options;
    options.cluster = settings_.cluster;
    options.client_id = name;
    auto producer = kafka::producer::create(events_, options, registry_);
    if (!producer) {
        co_return forward(producer);
    }
    producer_ = std::move(*producer);
    auto warm = co_await producer_->warm_up(settings_.common.start_limit);
    broker_answers_ = warm.has_value();
    co_return warm;
}

result<void> app::start_consumers() {
    const fan_out_dependencies deps{store_, metrics_, [this] {
                                        delivery_pipeline_.wake_publisher();
                                    }};
    webhooks_.emplace(deps, settings_.retry_schedule.front());
    deliveries_.emplace(store_, delivery_pipeline_.lanes(), clock_, metrics_);
    auto started = consumers_.start<wire::webhook_event>(
        options_of(wire::consumers::webhooks), wire::decode_webhook, *webhooks_, *producer_
    );
    if (started) {
        started = consumers_.start<wire::webhook_event>(
            options_of(wire::consumers::fired), decode_fired_event, *webhooks_, *producer_
        );
    }
    if (started) {
        started = consumers_.start<wire::delivery_nudge>(
            options_of(wire::consumers::deliveries), decode_delivery_nudge, *deliveries_, *producer_
        );
    }
    return started;
}

runtime::task<result<void>> app::drain(duration limit) {
    runtime::drain_steps steps{log_, limit};
    // Attempts run on meanwhile; nothing new starts once `stop` is raised.
    const bool closed = co_await consumers_.close(steps.left());
    steps.done("consumers", closed);
    const bool ended = co_await delivery_pipeline_.close(steps.left());
    steps.done("delivery_pipeline", ended);
    const bool kept = co_await upkeep_.join(steps.left());
    steps.done("upkeep", kept);
    if (producer_) {
        const bool flushed = co_await producer_->drain(steps.left());
        steps.done("producer", flushed);
    }
    const bool quiet = co_await admin_.drain(admin_limit);
    steps.done("admin", quiet);
    if (ended && kept) {
        database_.close();
    }
    co_return steps.outcome();
}

}  // namespace vf::webhook_dispatcher
