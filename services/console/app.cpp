#include "console/app.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "console/api/routes.hpp"
#include "console/resources/erasures.hpp"
#include "console/store/erasure_store.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/runtime/drain_steps.hpp"
#include "vf/upkeep/periodic.hpp"
#include "vf/wire/set_aside.hpp"
#include "vf/wire/topics.hpp"

namespace vf::console {

namespace {

constexpr std::string_view service_name = "console";

postgres::pool_options pool_options_of(const settings& settings) {
    postgres::pool_options options;
    options.url = settings.database_url;
    options.application_name = service_name;
    options.connections = static_cast<std::size_t>(settings.database_connections);
    // A person waits: rather an answer that says so than one that comes too late.
    options.statement_timeout = std::chrono::seconds{5};
    options.connect_timeout = std::chrono::seconds{2};
    options.wait_limit = std::chrono::seconds{3};
    return options;
}

// Operators are few and share one token today.
constexpr http::body_limits console_bodies{32U << 20U, 32U << 20U};

std::string fault_body(unsigned, std::string_view code, std::string_view message) {
    return error_body(code, message);
}

}  // namespace

app::app(const settings& settings)
    : settings_{settings},
      database_{events_, pool_options_of(settings_), registry_},
      database_health_{events_, settings_.database_url, service_name},
      consumers_{
          {events_, registry_, clock_, random_, stop_, fault_},
          {settings_.cluster, std::string{service_name}, settings_.replica}
      },
      admin_{
          events_, settings_.common.admin_listen.host, settings_.common.admin_listen.port,
          registry_, [this] { return conditions(); }
      } {}

std::vector<http::condition> app::conditions() const {
    auto all = consumers_.conditions();
    all.push_back({"schema", schema_fits_});
    all.push_back({"database", database_health_.ready(), database_health_.why()});
    all.push_back({"broker", broker_ready_, producer_ ? producer_->refusal() : std::string{}});
    all.push_back({"serving", serving_ && !stop_.raised() && !fault_.raised()});
    return all;
}

runtime::task<result<void>> app::start() {
    if (auto listening = admin_.start(); !listening) {
        co_return listening;
    }
    tasks_.spawn("database_health", database_health_.watch(stop_));
    auto schema = co_await postgres::require_schema(database_, settings_.common.start_limit);
    if (!schema) {
        co_return schema;
    }
    schema_fits_ = true;

    kafka::producer_options options;
    options.cluster = settings_.cluster;
    options.client_id = service_name;
    auto producer = kafka::producer::create(events_, options, registry_);
    if (!producer) {
        co_return forward(producer);
    }
    producer_ = std::move(*producer);
    auto warm = co_await producer_->warm_up(settings_.common.start_limit);
    if (!warm) {
        co_return warm;
    }
    broker_ready_ = true;

    if (auto started = start_consumers(); !started) {
        co_return started;
    }
    const upkeep::periodic_job erasing{
        "erase_people", "part of a user was erased", settings_.erasure_interval
    };
    auto erase = [this](postgres::transaction& tx) { return erase_next(tx, *settings_.master); };
    tasks_.spawn("erase_people", upkeep::run_periodically(database_, erasing, erase, stop_));
    tasks_.spawn(
        "end_erasures", end_erasures(database_, clock_, settings_.erasure_interval, stop_)
    );
    co_return start_server();
}

// Without a breaker: here arrives what is at fault already.
result<void> app::start_consumers() {
    consumer::consumer_options quarantine{wire::consumers::quarantine};
    quarantine.breaker = false;
    quarantine_ = std::make_unique<consume_quarantine>(database_, *settings_.master, metrics_);
    auto started = consumers_.start<wire::quarantined>(
        quarantine, wire::decode_quarantined, *quarantine_, *producer_
    );
    if (!started) {
        return started;
    }
    // One of 50 megabytes fills the buffer and the batch alone.
    quarantine.consumer = wire::consumers::quarantine_large;
    quarantine.batch_records_max = 4;
    quarantine.buffer_bytes_max = 4U << 20U;
    started = consumers_.start<wire::quarantined>(
        quarantine, wire::decode_quarantined, *quarantine_, *producer_
    );
    if (!started) {
        return started;
    }
    consumer::consumer_options dead_letter{wire::consumers::dead_letter};
    dead_letter.breaker = false;
    return consumers_.start<wire::dead_letter>(
        dead_letter, wire::decode_dead_letter, dead_letters_, *producer_
    );
}

result<void> app::start_server() {
    api_context_ = std::make_unique<api_context>(api_context{
        database_, *producer_, clock_, random_, *settings_.master, settings_.egress, metrics_,
        settings_.admin_token, *settings_.links, settings_.public_url, &database_health_
    });
    add_routes(routes_, *api_context_);
    http::server_options options;
    options.host = settings_.listen.host;
    options.port = settings_.listen.port;
    options.fault_body = fault_body;
    options.bodies = std::make_shared<http::body_budget>(console_bodies, registry_);
    server_ = std::make_unique<http::server>(events_, options, routes_, registry_);
    if (auto listening = server_->start(); !listening) {
        return listening;
    }
    serving_ = true;
    log_.info("serving", {{"host", settings_.listen.host}, {"port", server_->port()}});
    return {};
}

runtime::task<result<void>> app::drain(vf::duration limit) {
    runtime::drain_steps steps{log_, limit};
    serving_ = false;
    if (server_) {
        const bool served = co_await server_->drain(steps.left());
        steps.done("server", served);
    }
    const bool consumed = co_await consumers_.close(steps.left());
    steps.done("consumers", consumed);
    const bool ended = co_await tasks_.join(steps.left());
    steps.done("upkeep", ended);
    if (producer_) {
        const bool flushed = co_await producer_->drain(steps.left());
        steps.done("producer", flushed);
    }
    const bool closed = co_await admin_.drain(steps.left());
    steps.done("admin", closed);
    database_.close();
    steps.done("database");
    co_return steps.outcome();
}

}  // namespace vf::console
