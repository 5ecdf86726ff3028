#include "normaliser/app.hpp"

#include <chrono>
#include <utility>

#include "normaliser/facts/build_facts.hpp"
#include "normaliser/upkeep/erasures.hpp"
#include "normaliser/upkeep/expire_waiting.hpp"
#include "normaliser/upkeep/keep_partitions.hpp"
#include "normaliser/upkeep/retention.hpp"
#include "vf/consumer/report_lag.hpp"
#include "vf/postgres/keep_at.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/runtime/drain_steps.hpp"
#include "vf/wire/topics.hpp"

namespace vf::normaliser {

namespace {

constexpr std::string_view service_name = "normaliser";
// A user met often in a batch is written once.
constexpr std::size_t live_at_once = 4'000;
// Short transactions: live traffic writes the same users.
constexpr std::size_t backfill_at_once = 1'000;
constexpr std::size_t mail_at_once = 1'000;

postgres::pool_options database_options(const settings& from) {
    postgres::pool_options options;
    options.url = from.database_url;
    options.application_name = service_name;
    options.connections = from.database_connections;
    return options;
}

}  // namespace

app::app(const settings& from)
    : settings_{from},
      database_{events_, database_options(from), registry_},
      live_watch_{from.kafka_brokers, std::string{service_name}},
      admin_{
          events_, from.common.admin_listen.host, from.common.admin_listen.port, registry_,
          [this] { return conditions(); }
      } {
    make_lanes();
}

std::vector<http::condition> app::conditions() const {
    std::vector<http::condition> all{{"database_and_broker", connected_}};
    for (const auto& one : lanes_) {
        all.push_back({one.name + "_joined", one.source && one.source->joined()});
    }
    all.push_back({"not_draining", !stop_.raised() && !fault_.raised()});
    return all;
}

// Live traffic has several members, so that one waits for the database while another decides.
void app::make_lanes() {
    const consumer::breaker stops{settings_.quarantine_breaker};
    const auto ingest = [&](const telemetry::histogram& visible) {
        return std::make_unique<consume_ingest>(store_, clock_, metrics_, visible, stops);
    };
    for (std::size_t i = 1; i <= settings_.live_consumers; ++i) {
        lanes_.push_back(
            {"live_" + std::to_string(i), wire::topic::ingest, std::string{wire::group::live},
             ingest(metrics_.live_visible), live_at_once}
        );
    }
    lanes_.push_back(
        {"backfill", wire::topic::ingest_backfill, std::string{wire::group::backfill},
         ingest(metrics_.backfill_visible), backfill_at_once}
    );
    lanes_.push_back(
        {"mail", wire::topic::mail, "vf.normaliser.mail",
         std::make_unique<consume_mail>(store_, clock_, metrics_), mail_at_once}
    );
}

std::vector<const consumer::shell*> app::shells(std::string_view topic) const {
    std::vector<const consumer::shell*> found;
    for (const auto& one : lanes_) {
        if (one.shell && (topic.empty() || one.topic == topic)) {
            found.push_back(&*one.shell);
        }
    }
    return found;
}

runtime::task<result<void>> app::connect() {
    auto schema = co_await postgres::require_schema(database_, settings_.common.start_limit);
    if (!schema) {
        co_return schema;
    }
    kafka::producer_options options;
    options.brokers = settings_.kafka_brokers;
    options.client_id = service_name;
    auto made = kafka::producer::create(events_, options, registry_);
    if (!made) {
        co_return forward(made);
    }
    producer_ = std::move(*made);
    co_return co_await producer_->warm_up(settings_.common.start_limit);
}

result<void> app::join(lane& made) {
    kafka::source_options options;
    options.brokers = settings_.kafka_brokers;
    options.client_id = service_name;
    options.group = made.group;
    options.topics.emplace_back(made.topic);
    options.batch_records_max = made.records_at_once;
    auto source = kafka::group_source::create(events_, options, registry_, fault_);
    if (!source) {
        return forward(source);
    }
    made.source = std::move(*source);
    consumer::shell_options shell;
    shell.name = made.group;
    shell.stops = consumer::breaker{settings_.quarantine_breaker};
    if (made.topic == wire::topic::ingest_backfill) {
        const auto behind = [this] {
            return consumer::lag_of(shells(wire::topic::ingest), clock_.now());
        };
        made.yielding.emplace(*made.source, live_view{behind, live_watch_}, stop_);
    }
    kafka::source& from =
        made.yielding ? static_cast<kafka::source&>(*made.yielding) : *made.source;
    const consumer::parts parts{from, *made.settling, *producer_, stop_, fault_, randomness_};
    made.shell.emplace(parts, std::move(shell), registry_);
    tasks_.spawn(made.name, made.shell->run());
    return {};
}

runtime::task<result<void>> app::start() {
    auto admin = admin_.start();
    if (!admin) {
        co_return admin;
    }
    auto reached = co_await connect();
    if (!reached) {
        co_return reached;
    }
    connected_ = true;
    tasks_.spawn("keep_partitions", keep_partitions(store_, clock_, stop_));
    tasks_.spawn("build_facts", build_facts(database_, std::chrono::minutes{1}, stop_));
    tasks_.spawn("retention", keep_retention(database_, clock_, stop_));
    const postgres::upkeep erasing{"erase_people", "a user was erased", settings_.erasure_interval};
    tasks_.spawn("erase_people", postgres::keep_at(database_, erasing, erase_next, stop_));
    const waiting_desk waiting{database_, *producer_, clock_, settings_.pending_ttl};
    tasks_.spawn("expire_waiting", expire_waiting(waiting, settings_.pending_sweep, stop_));
    for (auto& one : lanes_) {
        auto joined = join(one);
        if (!joined) {
            co_return joined;
        }
    }
    tasks_.spawn("report_lag", consumer::report_lag(shells(""), registry_, clock_, stop_));
    log_.info("started", {{"admin_port", admin_.port()}});
    co_return result<void>{};
}

runtime::task<result<void>> app::drain(vf::duration limit) {
    runtime::drain_steps steps{log_, limit};
    stop_.raise();
    for (auto& one : lanes_) {
        if (one.source) {
            one.source->stop();
        }
    }
    const bool finished = co_await tasks_.join(steps.left());
    steps.done("batches", finished);
    for (auto& one : lanes_) {
        if (one.source) {
            const bool left_group = co_await one.source->close(steps.left());
            steps.done("group", left_group);
        }
    }
    if (producer_) {
        const bool flushed = co_await producer_->drain(steps.left());
        steps.done("producer", flushed);
    }
    const bool admin = co_await admin_.drain(steps.left());
    steps.done("admin", admin);
    database_.close();
    steps.done("database");
    co_return steps.outcome();
}

}  // namespace vf::normaliser
