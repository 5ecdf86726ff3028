#include "ingest-gateway/app.hpp"

#include <chrono>
#include <utility>

#include "ingest-gateway/send_probes.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/runtime/drain_steps.hpp"
#include "vf/wire/topics.hpp"

namespace vf::ingest_gateway {

namespace {

constexpr std::string_view service_name = "ingest-gateway";

// The broker's answer or its absence is known before a request runs out of time.
constexpr vf::duration delivery_limit = std::chrono::seconds{8};
constexpr vf::duration follow_interval = std::chrono::seconds{1};
constexpr vf::duration certificate_interval = std::chrono::seconds{5};

bool same_files(const tls_settings& a, const tls_settings& b) {
    return a.certificate == b.certificate && a.key == b.key;
}

}  // namespace

app::app(const settings& settings)
    : settings_{settings},
      quotas_{settings.quotas},
      admin_{
          events_, settings.common.admin_listen.host, settings.common.admin_listen.port, registry_,
          [this] { return conditions(); }
      } {}

std::vector<http::condition> app::conditions() const {
    // Not the database: keys that are known go on working without it.
    return {
        {"started", ready_},
        {"broker", loops_ != nullptr && !loops_->stalled()},
        {"not_draining", !stop_.raised() && !fault_.raised()},
    };
}

runtime::task<result<void>> app::check_schema() {
    postgres::pool_options options;
    options.url = settings_.database_url;
    options.application_name = service_name;
    options.connections = 1;
    postgres::pool database{events_, options, registry_};
    auto checked = co_await postgres::require_schema(database, settings_.common.start_limit);
    database.close();
    co_return checked;
}

runtime::task<result<void>> app::start_workers() {
    const worker_dependencies deps{settings_, *producer_, quotas_, registry_};
    loops_ = std::make_unique<worker_pool>(events_, deps);
    auto opened = co_await loops_->open();
    if (opened) {
        ready_ = true;
        log_.info(
            "ready",
            {{"port", loops_->port()}, {"admin_port", admin_.port()}, {"loops", loops_->size()}}
        );
    }
    co_return opened;
}

runtime::task<result<void>> app::start() {
    auto admin = admin_.start();
    if (!admin) {
        co_return admin;
    }
    auto schema = co_await check_schema();
    if (!schema) {
        co_return schema;
    }
    kafka::producer_options options;
    options.brokers = settings_.kafka_brokers;
    options.client_id = service_name;
    options.delivery_timeout = delivery_limit;
    auto producer = kafka::producer::create(events_, options, registry_);
    if (!producer) {
        co_return forward(producer);
    }
    producer_ = std::move(*producer);
    auto warm = co_await producer_->warm_up(settings_.common.start_limit);
    if (!warm) {
        co_return warm;
    }
    tasks_.spawn("follow_backfill", follow_backfill());
    if (settings_.probe_interval) {
        tasks_.spawn(
            "send_probes", send_probes(*producer_, clock_, *settings_.probe_interval, stop_)
        );
    }
    if (settings_.tls) {
        tasks_.spawn("follow_certificate", follow_certificate());
    }
    co_return co_await start_workers();
}

// Files are replaced under us: whoever issues certificates does not restart anybody.
runtime::task<> app::follow_certificate() {
    for (;;) {
        const bool stopping = co_await stop_.wait_for(certificate_interval);
        if (stopping) {
            co_return;
        }
        config::reader again{config::process_environment()};
        const auto read = read_tls(again);
        if (!read || again.finish() || same_files(*read, *settings_.tls)) {
            continue;
        }
        http::tls_identity identity{read->certificate, read->key};
        const auto renewed = co_await loops_->renew(std::move(identity));
        if (renewed) {
            settings_.tls = read;
            log_.info("serving under the new certificate");
        } else {
            log_.warning("the new certificate is not taken", {{"detail", renewed.error().detail}});
        }
    }
}

runtime::task<> app::follow_backfill() {
    kafka::offset_reader watch{settings_.kafka_brokers, std::string{service_name}};
    const auto lane = wire::describe(wire::topic::ingest_backfill);
    for (;;) {
        const bool stopping = co_await stop_.wait_for(follow_interval);
        if (stopping) {
            co_return;
        }
        if (!quotas_.queueing()) {
            continue;
        }
        const auto group_offsets = co_await watch.read(lane, wire::consumers::backfill.group);
        if (group_offsets) {
            quotas_.update_backlog({group_offsets->end, group_offsets->committed});
        } else {
            log_.info(
                "the backfill lane was not looked at", {{"detail", group_offsets.error().detail}}
            );
        }
    }
}

runtime::task<result<void>> app::drain(vf::duration limit) {
    runtime::drain_steps steps{log_, limit};
    ready_ = false;
    if (loops_) {
        const bool answered = co_await loops_->drain(steps.left());
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
    co_return steps.outcome();
}

}  // namespace vf::ingest_gateway
