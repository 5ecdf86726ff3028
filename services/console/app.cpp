#include "console/app.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "console/api/routes.hpp"
#include "console/resources/erasures.hpp"
#include "vf/consumer/report_lag.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/runtime/drain_steps.hpp"
#include "vf/wire/topics.hpp"

namespace vf::console {

namespace {

postgres::pool_options pool_options_of(const settings& with) {
    postgres::pool_options options;
    options.url = with.database_url;
    options.application_name = "console";
    options.connections = static_cast<std::size_t>(with.database_connections);
    return options;
}

std::string fault_body(unsigned, std::string_view code, std::string_view message) {
    return error_body(code, message);
}

}  // namespace

app::app(const settings& with)
    : with_{with},
      database_{events_, pool_options_of(with_), registry_},
      admin_{
          events_, with_.common.admin_listen.host, with_.common.admin_listen.port, registry_,
          [this] { return conditions(); }
      } {}

std::vector<http::condition> app::conditions() const {
    const bool joined = !intakes_.empty() && std::ranges::all_of(intakes_, [](const intake& one) {
        return one.source->joined();
    });
    return {
        {"database", database_ready_},
        {"broker", broker_ready_},
        {"group_joined", joined},
        {"serving", serving_ && !stop_.raised() && !fault_.raised()},
    };
}

runtime::task<result<void>> app::start() {
    if (auto listening = admin_.start(); !listening) {
        co_return listening;
    }
    auto schema = co_await postgres::require_schema(database_, with_.common.start_limit);
    if (!schema) {
        co_return schema;
    }
    database_ready_ = true;

    kafka::producer_options options;
    options.brokers = with_.brokers;
    options.client_id = "console";
    auto producer = kafka::producer::create(events_, options, registry_);
    if (!producer) {
        co_return forward(producer);
    }
    producer_ = std::move(*producer);
    auto warm = co_await producer_->warm_up(with_.common.start_limit);
    if (!warm) {
        co_return warm;
    }
    broker_ready_ = true;

    if (auto started = start_intakes(); !started) {
        co_return started;
    }
    tasks_.spawn("end_erasures", end_erasures(database_, clock_, with_.erasure_interval, stop_));
    co_return start_server();
}

result<void> app::add_intake(
    std::string_view name, std::string_view topic, consumer::stage& settling
) {
    kafka::source_options options;
    options.brokers = with_.brokers;
    options.client_id = "console";
    options.group = fmt::format("vf.console.{}", name);
    options.topics = {std::string{topic}};
    auto source = kafka::group_source::create(events_, options, registry_, fault_);
    if (!source) {
        return forward(source);
    }
    intake made;
    made.source = std::move(*source);
    consumer::shell_options shell;
    shell.name = name;
    made.shell = std::make_unique<consumer::shell>(
        consumer::parts{*made.source, settling, *producer_, stop_, fault_, random_},
        std::move(shell), registry_
    );
    tasks_.spawn(std::string{name}, made.shell->run());
    tasks_.spawn("report_lag", consumer::report_lag({made.shell.get()}, registry_, clock_, stop_));
    intakes_.push_back(std::move(made));
    return {};
}

result<void> app::start_intakes() {
    if (auto added = add_intake("quarantine", wire::topic::quarantine, keep_quarantine_); !added) {
        return added;
    }
    return add_intake("dead-letter", wire::topic::dead_letter, keep_dead_letters_);
}

result<void> app::start_server() {
    desk_ = std::make_unique<desk>(desk{
        database_, *producer_, clock_, random_, *with_.master, with_.egress, metrics_,
        with_.admin_token
    });
    add_routes(routes_, *desk_);
    http::server_options options;
    options.host = with_.listen.host;
    options.port = with_.listen.port;
    options.fault_body = fault_body;
    server_ = std::make_unique<http::server>(events_, options, routes_, registry_);
    if (auto listening = server_->start(); !listening) {
        return listening;
    }
    serving_ = true;
    log_.info("serving", {{"host", with_.listen.host}, {"port", server_->port()}});
    return {};
}

runtime::task<result<void>> app::drain(vf::duration limit) {
    runtime::drain_steps steps{log_, limit};
    serving_ = false;
    for (const intake& one : intakes_) {
        one.source->stop();
    }
    if (server_) {
        const bool served = co_await server_->drain(steps.left());
        steps.done("server", served);
    }
    const bool joined = co_await tasks_.join(steps.left());
    steps.done("consumers", joined);
    for (const intake& one : intakes_) {
        const bool left = co_await one.source->close(steps.left());
        steps.done("group", left);
    }
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
