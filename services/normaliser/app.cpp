#include "normaliser/app.hpp"

#include <chrono>
#include <utility>

#include "normaliser/facts/build_facts.hpp"
#include "normaliser/ingest/after_live.hpp"
#include "normaliser/upkeep/attach_waiting.hpp"
#include "normaliser/upkeep/end_pauses.hpp"
#include "normaliser/upkeep/erasures.hpp"
#include "normaliser/upkeep/expire_claims.hpp"
#include "normaliser/upkeep/expire_waiting.hpp"
#include "normaliser/upkeep/keep_partitions.hpp"
#include "normaliser/upkeep/retention.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/runtime/drain_steps.hpp"
#include "vf/upkeep/periodic.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

namespace vf::normaliser {

namespace {

constexpr std::string_view service_name = "normaliser";
// A user met often in a batch is written once.
constexpr std::size_t live_records = 4'000;
// Short transactions: live traffic writes the same users.
constexpr std::size_t backfill_records = 1'000;
// Some batches ahead of each member; more is memory that nothing waits for.
constexpr std::size_t live_buffer_bytes = 8U << 20U;
constexpr std::size_t other_buffer_bytes = 4U << 20U;
constexpr std::size_t large_mail_records = 4;

postgres::pool_options database_options(const settings& settings) {
    postgres::pool_options options;
    options.url = settings.database_url;
    options.application_name = service_name;
    options.connections = settings.database_connections;
    return options;
}

}  // namespace

app::app(const settings& settings)
    : settings_{settings},
      database_{events_, database_options(settings), registry_},
      database_health_{events_, settings.database_url, service_name},
      live_offsets_{settings.cluster, std::string{service_name}},
      consumers_{
          {events_, registry_, clock_, randomness_, stop_, fault_},
          {settings.cluster, std::string{service_name}, settings.replica}
      },
      admin_{
          events_, settings.common.admin_listen.host, settings.common.admin_listen.port, registry_,
          [this] { return conditions(); }
      } {}

std::vector<http::condition> app::conditions() const {
    auto all = consumers_.conditions();
    all.push_back(
        {"database_and_broker", connected_, producer_ ? producer_->refusal() : std::string{}}
    );
    all.push_back({"database", database_health_.ready(), database_health_.why()});
    all.push_back({"not_draining", !stop_.raised() && !fault_.raised()});
    return all;
}

runtime::task<result<void>> app::connect() {
    auto schema = co_await postgres::require_schema(database_, settings_.common.start_limit);
    if (!schema) {
        co_return schema;
    }
    kafka::producer_options options;
    options.cluster = settings_.cluster;
    options.client_id = service_name;
    auto producer = kafka::producer::create(events_, options, registry_);
    if (!producer) {
        co_return forward(producer);
    }
    producer_ = std::move(*producer);
    co_return co_await producer_->warm_up(settings_.common.start_limit);
}

result<void> app::start_consumers() {
    consumer::consumer_options live{wire::consumers::ingest};
    live.members = settings_.live_consumers;
    live.batch_records_max = live_records;
    live.buffer_bytes_max = live_buffer_bytes;
    live.breaker = settings_.quarantine_breaker;
    live.deferral_topic = wire::topic::ingest_backfill;
    auto started =
        consumers_.start<wire::ingest_record>(live, wire::decode_ingest, live_, *producer_);
    if (!started) {
        return started;
    }
    consumer::consumer_options backfill{wire::consumers::backfill};
    backfill.batch_records_max = backfill_records;
    backfill.buffer_bytes_max = other_buffer_bytes;
    backfill.breaker = settings_.quarantine_breaker;
    backfill.deferral_topic = wire::topic::ingest_backfill;
    backfill.pacing = [this](kafka::source& source) {
        const auto behind = [this] { return consumers_.lag_of(wire::consumers::ingest.group); };
        return std::make_unique<after_live>(source, live_view{behind, live_offsets_}, stop_);
    };
    started =
        consumers_.start<wire::ingest_record>(backfill, wire::decode_ingest, backfill_, *producer_);
    if (!started) {
        return started;
    }
    consumer::consumer_options mail{wire::consumers::mail};
    mail.buffer_bytes_max = other_buffer_bytes;
    mail.breaker = settings_.quarantine_breaker;
    started = consumers_.start<wire::mail_event>(mail, wire::decode_mail, mail_, *producer_);
    if (!started) {
        return started;
    }
    // One of 50 megabytes fills the buffer and the batch alone.
    mail.consumer = wire::consumers::mail_large;
    mail.batch_records_max = large_mail_records;
    return consumers_.start<wire::mail_event>(mail, wire::decode_mail, mail_, *producer_);
}

void app::start_upkeep() {
    tasks_.spawn("keep_partitions", keep_partitions(database_, clock_, metrics_, stop_));
    tasks_.spawn("attach_waiting", attach_waiting(database_, metrics_, stop_));
    tasks_.spawn("build_facts", build_facts(database_, std::chrono::minutes{1}, stop_));
    tasks_.spawn("expire_claims", expire_claims(database_, metrics_, stop_));
    tasks_.spawn("retention", keep_retention(database_, clock_, stop_));
    const upkeep::periodic_job erasing{
        "erase_people", "a user was erased", settings_.erasure_interval
    };
    tasks_.spawn("erase_people", upkeep::run_periodically(database_, erasing, erase_next, stop_));
    const upkeep::periodic_job ending{"end_pauses", "pauses ended", std::chrono::seconds{1}};
    tasks_.spawn("end_pauses", upkeep::run_periodically(database_, ending, end_pauses, stop_));
    const expiry_dependencies expiry{database_, *producer_, clock_, settings_.pending_ttl};
    tasks_.spawn("expire_waiting", expire_waiting(expiry, settings_.pending_sweep, stop_));
}

runtime::task<result<void>> app::start() {
    auto admin = admin_.start();
    if (!admin) {
        co_return admin;
    }
    tasks_.spawn("database_health", database_health_.watch(stop_));
    auto reached = co_await connect();
    if (!reached) {
        co_return reached;
    }
    connected_ = true;
    start_upkeep();
    auto started = start_consumers();
    if (!started) {
        co_return started;
    }
    log_.info("started", {{"admin_port", admin_.port()}});
    co_return result<void>{};
}

runtime::task<result<void>> app::drain(vf::duration limit) {
    runtime::drain_steps steps{log_, limit};
    stop_.raise();
    const bool consumed = co_await consumers_.close(steps.left());
    steps.done("consumers", consumed);
    const bool ended = co_await tasks_.join(steps.left());
    steps.done("upkeep", ended);
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
