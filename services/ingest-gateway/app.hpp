// The gateway's composition root: the only place that names concrete classes. Main loop.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "ingest-gateway/auth/seen_keys.hpp"
#include "ingest-gateway/claims/claim_batches.hpp"
#include "ingest-gateway/config.hpp"
#include "ingest-gateway/limits/broker_health.hpp"
#include "ingest-gateway/limits/quotas.hpp"
#include "ingest-gateway/postgres_store.hpp"
#include "ingest-gateway/producers.hpp"
#include "ingest-gateway/schema_watch.hpp"
#include "ingest-gateway/snapshot_file.hpp"
#include "ingest-gateway/worker_pool.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/http/admin_listener.hpp"
#include "vf/http/body_budget.hpp"
#include "vf/kafka/offset_reader.hpp"
#include "vf/runtime/run.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::ingest_gateway {

class app final : public runtime::application {
public:
    explicit app(const settings& config);

    [[nodiscard]] runtime::loop& events() { return events_; }

    [[nodiscard]] runtime::signal& stop() { return stop_; }

    [[nodiscard]] runtime::signal& fault() { return fault_; }

    [[nodiscard]] runtime::task<result<void>> start() override;
    [[nodiscard]] runtime::task<result<void>> drain(vf::duration limit) override;

private:
    [[nodiscard]] std::vector<http::condition> conditions() const;
    [[nodiscard]] runtime::task<result<void>> open_producers();
    void restore_keys();
    [[nodiscard]] runtime::task<result<void>> start_workers();
    [[nodiscard]] runtime::task<> poll_backlog();
    [[nodiscard]] runtime::task<> reload_certificate();

    settings settings_;
    telemetry::logger log_{"app"};
    telemetry::registry registry_;
    system_clock clock_;
    runtime::loop events_;
    runtime::signal stop_{events_.context()};
    runtime::signal fault_{events_.context()};
    runtime::task_group tasks_{events_.context()};
    quotas quotas_;
    broker_health health_;
    std::shared_ptr<http::body_budget> bodies_;
    std::shared_ptr<http::body_budget> large_bodies_;
    seen_keys seen_;
    system_random randomness_;
    std::optional<snapshot_file> keys_file_;
    schema_watch schema_{events_};
    postgres::pool claims_database_;
    postgres_claims claims_store_{claims_database_};
    claim_batches claims_{{events_, tasks_, claims_store_, clock_}, {}};
    std::optional<producers> producers_;
    // There once the producers are.
    std::unique_ptr<worker_pool> workers_;
    http::admin_listener admin_;
    bool ready_{false};
};

}  // namespace vf::ingest_gateway
