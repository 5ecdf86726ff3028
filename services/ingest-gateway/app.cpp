#include "ingest-gateway/app.hpp"

#include <chrono>
#include <utility>

#include "ingest-gateway/keep_keys.hpp"
#include "ingest-gateway/send_probes.hpp"
#include "vf/runtime/drain_steps.hpp"
#include "vf/wire/topics.hpp"

namespace vf::ingest_gateway {

namespace {

constexpr std::string_view service_name = "ingest-gateway";

constexpr vf::duration poll_interval = std::chrono::seconds{1};
constexpr vf::duration certificate_interval = std::chrono::seconds{5};

bool same_files(const tls_settings& a, const tls_settings& b) {
    return a.certificate == b.certificate && a.key == b.key;
}

}  // namespace

app::app(const settings& settings)
    : settings_{settings},
      quotas_{settings.quotas},
      bodies_{std::make_shared<http::body_budget>(settings.bodies, registry_)},
      large_bodies_{std::make_shared<http::body_budget>(settings.large_bodies, registry_)},
      claims_database_{events_, claim_pool_options(settings), registry_},
      admin_{
          events_, settings.common.admin_listen.host, settings.common.admin_listen.port, registry_,
          [this] { return conditions(); }
      } {}

std::vector<http::condition> app::conditions() const {
    // Not the database: keys it has spoken of go on working without it.
    const bool keys = schema_.fits() || seen_.any_within(settings_.key_outage, clock_.now());
    return {
        {"started", ready_},
        {"keys", keys},
        {"broker", workers_ != nullptr && !workers_->stalled() && !health_.failing(),
         producers_ ? producers_->refusal() : std::string{}},
        {"not_draining", !stop_.raised() && !fault_.raised()},
    };
}

runtime::task<result<void>> app::open_producers() {
    auto created = producers::create(events_, settings_, service_name, registry_);
    if (!created) {
        co_return forward(created);
    }
    producers_.emplace(std::move(*created));
    co_return co_await producers_->warm_up(settings_.common.start_limit);
}

void app::restore_keys() {
    if (settings_.cache_directory.empty()) {
        return;
    }
    keys_file_.emplace(settings_.cache_directory, *settings_.master_key, randomness_);
    if (auto snapshot = keys_file_->load()) {
        log_.info("keys seen before", {{"count", snapshot->customers.size()}});
        seen_.restore(std::move(*snapshot), clock_.now());
    }
    tasks_.spawn("keep_keys", keep_keys(seen_, *keys_file_, stop_));
}

runtime::task<result<void>> app::start_workers() {
    const worker_dependencies deps{
        settings_,
        producers_->usual(),
        producers_->large(),
        health_,
        quotas_,
        seen_,
        claims_,
        bodies_,
        large_bodies_,
        registry_
    };
    workers_ = std::make_unique<worker_pool>(events_, *producers_, deps);
    auto opened = co_await workers_->open();
    if (opened) {
        ready_ = true;
        log_.info(
            "serving",
            {{"port", workers_->port()}, {"admin_port", admin_.port()}, {"loops", workers_->size()}}
        );
    }
    co_return opened;
}

runtime::task<result<void>> app::start() {
    auto admin = admin_.start();
    if (!admin) {
        co_return admin;
    }
    tasks_.spawn(
        "watch_schema", schema_.run(settings_.database_url, service_name, registry_, stop_, fault_)
    );
    auto opened = co_await open_producers();
    if (!opened) {
        co_return opened;
    }
    auto schema = co_await schema_.wait();
    if (!schema) {
        co_return schema;
    }
    restore_keys();
    tasks_.spawn("poll_backlog", poll_backlog());
    tasks_.spawn(
        "send_probes",
        send_probes(producers_->usual(), health_, clock_, settings_.probe_interval, stop_, tasks_)
    );
    if (settings_.tls) {
        tasks_.spawn("reload_certificate", reload_certificate());
    }
    co_return co_await start_workers();
}

// Certificates are renewed by replacing their files, without a restart.
runtime::task<> app::reload_certificate() {
    for (;;) {
        const bool stopping = co_await stop_.wait_for(certificate_interval);
        if (stopping) {
            co_return;
        }
        config::reader reader{config::process_environment()};
        const auto read = read_tls(reader);
        if (!read || reader.finish() || same_files(*read, *settings_.tls)) {
            continue;
        }
        http::tls_identity identity{read->certificate, read->key};
        const auto renewed = co_await workers_->renew(std::move(identity));
        if (renewed) {
            settings_.tls = read;
            log_.info("serving under the new certificate");
        } else {
            log_.warning("the new certificate is not taken", {{"detail", renewed.error().detail}});
        }
    }
}

runtime::task<> app::poll_backlog() {
    kafka::offset_reader offsets{settings_.cluster, std::string{service_name}};
    const auto topic = wire::describe(wire::topic::ingest_backfill);
    for (;;) {
        const bool stopping = co_await stop_.wait_for(poll_interval);
        if (stopping) {
            co_return;
        }
        if (!quotas_.backlogged()) {
            continue;
        }
        const auto read = co_await offsets.read(topic, wire::consumers::backfill.group);
        if (read) {
            quotas_.update_backlog({read->end, read->committed});
        } else {
            log_.info(
                "the offsets of the backfill lane are not known", {{"detail", read.error().detail}}
            );
        }
    }
}

runtime::task<result<void>> app::drain(vf::duration limit) {
    runtime::drain_steps steps{log_, limit};
    ready_ = false;
    if (workers_) {
        const bool answered = co_await workers_->drain(steps.left());
        steps.done("requests", answered);
    }
    claims_database_.close();
    if (producers_) {
        const bool flushed = co_await producers_->usual().drain(steps.left());
        steps.done("producer", flushed);
        const bool large_flushed = co_await producers_->large().drain(steps.left());
        steps.done("large_producer", large_flushed);
    }
    const bool ended = co_await tasks_.join(steps.left());
    steps.done("tasks", ended);
    const bool admin = co_await admin_.drain(steps.left());
    steps.done("admin", admin);
    co_return steps.outcome();
}

}  // namespace vf::ingest_gateway
