#include "app.hpp"

#include <chrono>
#include <utility>

#include "vf/postgres/migrations.hpp"
#include "vf/runtime/drain_steps.hpp"

namespace vf::ingest_gateway {

namespace {

constexpr std::string_view service_name = "ingest-gateway";

// A look-up that takes longer is of no use to the request that waits for it.
constexpr vf::duration look_up_limit = std::chrono::seconds{2};
// The broker's answer or its absence is known before a request runs out of time.
constexpr vf::duration delivery_limit = std::chrono::seconds{8};
constexpr vf::duration handler_limit = std::chrono::seconds{15};

postgres::pool_options database_options(const settings& from) {
    postgres::pool_options options;
    options.url = from.database_url;
    options.application_name = service_name;
    options.connections = from.database_connections;
    options.statement_timeout = look_up_limit;
    options.connect_timeout = look_up_limit;
    return options;
}

}  // namespace

app::app(const settings& from)
    : settings_{from},
      database_{events_, database_options(from), registry_},
      authenticate_{store_, *settings_.master_key, known_parts{events_, tasks_, clock_}},
      admin_{
          events_, from.common.admin_listen.host, from.common.admin_listen.port, registry_,
          [this] { return conditions(); }
      } {}

std::vector<http::condition> app::conditions() const {
    // Not the database: keys that are known go on working without it.
    return {
        {"started", ready_},
        {"broker", producer_ != nullptr && !budget_.stalled(clock_.now())},
        {"not_draining", !stop_.raised() && !fault_.raised()},
    };
}

http::server_options app::listening() const {
    http::server_options options;
    options.host = settings_.listen.host;
    options.port = settings_.listen.port;
    options.handler_limit = handler_limit;
    options.fault_body = fault_body;
    return options;
}

result<void> app::open_doors() {
    accept_.emplace(*producer_, budget_, clock_);
    const route_parts parts{authenticate_, *accept_, metrics_, clock_, randomness_};
    routes_.emplace(parts);
    routes_->add_to(table_);
    server_.emplace(events_, listening(), table_, registry_);
    auto listening_now = server_->start();
    if (!listening_now) {
        return listening_now;
    }
    ready_ = true;
    log_.info("ready", {{"port", server_->port()}, {"admin_port", admin_.port()}});
    return {};
}

runtime::task<result<void>> app::start() {
    auto admin = admin_.start();
    if (!admin) {
        co_return admin;
    }
    auto schema = co_await postgres::require_schema(database_, settings_.common.start_limit);
    if (!schema) {
        co_return schema;
    }
    kafka::producer_options options;
    options.brokers = settings_.kafka_brokers;
    options.client_id = service_name;
    options.delivery_timeout = delivery_limit;
    auto made = kafka::producer::create(events_, options, registry_);
    if (!made) {
        co_return forward(made);
    }
    producer_ = std::move(*made);
    auto warm = co_await producer_->warm_up(settings_.common.start_limit);
    if (!warm) {
        co_return warm;
    }
    co_return open_doors();
}

runtime::task<result<void>> app::drain(vf::duration limit) {
    runtime::drain_steps steps{log_, limit};
    ready_ = false;
    if (server_) {
        const bool answered = co_await server_->drain(steps.left());
        steps.done("requests", answered);
    }
    if (producer_) {
        const bool flushed = co_await producer_->drain(steps.left());
        steps.done("producer", flushed);
    }
    const bool ended = co_await tasks_.join(steps.left());
    steps.done("tasks", ended);
    const bool admin = co_await admin_.drain(steps.left());
    steps.done("admin", admin);
    database_.close();
    steps.done("database");
    co_return steps.outcome();
}

}  // namespace vf::ingest_gateway
