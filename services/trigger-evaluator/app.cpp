#include "trigger-evaluator/app.hpp"

#include <chrono>
#include <utility>

#include "trigger-evaluator/erasures.hpp"
#include "vf/postgres/keep_at.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/runtime/drain_steps.hpp"

namespace vf::trigger_evaluator {

namespace {

constexpr duration admin_limit = std::chrono::seconds{1};

postgres::pool_options pool_options(const settings& given) {
    postgres::pool_options made;
    made.url = given.database_url;
    made.application_name = "trigger-evaluator";
    made.connections = given.database_connections;
    return made;
}

}  // namespace

app::app(const settings& given)
    : settings_{given},
      stop_{events_.context()},
      fault_{events_.context()},
      database_{events_, pool_options(given), registry_},
      admin_{
          events_, given.common.admin_listen.host, given.common.admin_listen.port, registry_,
          [this] { return conditions(); }
      },
      tasks_{events_.context()} {}

std::vector<http::condition> app::conditions() const {
    return {
        {"database", schema_fits_},
        {"broker", broker_answers_},
        {"tick", ticker_ && ticker_->healthy()},
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

    kafka::producer_options options;
    options.brokers = settings_.kafka_brokers;
    options.client_id = "trigger-evaluator";
    auto made = kafka::producer::create(events_, options, registry_);
    if (!made) {
        co_return forward(made);
    }
    producer_ = std::move(*made);
    auto warm = co_await producer_->warm_up(settings_.common.start_limit);
    if (!warm) {
        co_return warm;
    }
    broker_answers_ = true;

    announcer_.emplace(store_, *producer_, metrics_);
    const tick_parts parts{store_, *announcer_, clock_, random_, stop_, metrics_};
    tick_options every;
    every.interval = settings_.evaluation_interval;
    ticker_.emplace(parts, every);
    tasks_.spawn("tick", ticker_->run());
    const postgres::upkeep erasing{"erase_people", "a user was erased", settings_.erasure_interval};
    tasks_.spawn("erase_people", postgres::keep_at(database_, erasing, erase_next, stop_));
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
