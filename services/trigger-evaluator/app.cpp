#include "trigger-evaluator/app.hpp"

#include <chrono>
#include <utility>

#include "trigger-evaluator/erasures.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/runtime/drain_steps.hpp"
#include "vf/upkeep/periodic.hpp"

namespace vf::trigger_evaluator {

namespace {

constexpr duration admin_limit = std::chrono::seconds{1};

postgres::pool_options pool_options(const settings& settings) {
    postgres::pool_options options;
    options.url = settings.database_url;
    options.application_name = "trigger-evaluator";
    options.connections = settings.database_connections;
    return options;
}

}  // namespace

app::app(const settings& settings)
    : settings_{settings},
      stop_{events_.context()},
      fault_{events_.context()},
      database_{events_, pool_options(settings), registry_},
      database_health_{events_, settings.database_url, "trigger-evaluator"},
      admin_{
          events_, settings.common.admin_listen.host, settings.common.admin_listen.port, registry_,
          [this] { return conditions(); }
      },
      tasks_{events_.context()} {}

std::vector<http::condition> app::conditions() const {
    return {
        {"schema", schema_fits_},
        {"database", database_health_.ready(), database_health_.why()},
        {"broker", broker_answers_, producer_ ? producer_->refusal() : std::string{}},
        {"tick", ticker_ && ticker_->healthy()},
        {"not_draining", !stop_.raised()},
    };
}

runtime::task<result<void>> app::start() {
    auto listening = admin_.start();
    if (!listening) {
        co_return listening;
    }
    tasks_.spawn("database_health", database_health_.watch(stop_));
    auto fits = co_await postgres::require_schema(database_, settings_.common.start_limit);
    if (!fits) {
        co_return fits;
    }
    schema_fits_ = true;

    kafka::producer_options options;
    options.cluster = settings_.cluster;
    options.client_id = "trigger-evaluator";
    auto producer = kafka::producer::create(events_, options, registry_);
    if (!producer) {
        co_return forward(producer);
    }
    producer_ = std::move(*producer);
    auto warm = co_await producer_->warm_up(settings_.common.start_limit);
    if (!warm) {
        co_return warm;
    }
    broker_answers_ = true;

    fired_.emplace(make_fired_outbox(store_, *producer_, metrics_));
    const tick_dependencies deps{store_, *fired_, clock_, random_, stop_, metrics_};
    tick_options every;
    every.interval = settings_.evaluation_interval;
    ticker_.emplace(deps, every);
    tasks_.spawn("tick", ticker_->run());
    const upkeep::periodic_job erasing{
        "erase_people", "a user was erased", settings_.erasure_interval
    };
    tasks_.spawn("erase_people", upkeep::run_periodically(database_, erasing, erase_next, stop_));
    log_.info("started", {{"admin_port", admin_.port()}});
    co_return result<void>{};
}

runtime::task<result<void>> app::drain(duration limit) {
    runtime::drain_steps steps{log_, limit};
    const bool ticked = co_await tasks_.join(steps.left());
    steps.done("tick", ticked);
    if (producer_) {
        const bool flushed = co_await producer_->drain(steps.left());
        steps.done("producer", flushed);
    }
    const bool quiet = co_await admin_.drain(admin_limit);
    steps.done("admin", quiet);
    if (ticked) {
        database_.close();
    }
    co_return steps.outcome();
}

}  // namespace vf::trigger_evaluator
