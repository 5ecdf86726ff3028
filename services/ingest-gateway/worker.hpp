// The gateway on one loop: listener, keys, claims, budget. Workers share the producer, its health,
// the statements that claim keys, the quotas and the budget of bodies, and nothing else.
// Constructed on the main thread before its loop runs; all calls on its loop.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "ingest-gateway/api/accept.hpp"
#include "ingest-gateway/api/one_click.hpp"
#include "ingest-gateway/api/routes.hpp"
#include "ingest-gateway/auth/authenticate.hpp"
#include "ingest-gateway/auth/key_uses.hpp"
#include "ingest-gateway/claims/claim_keys.hpp"
#include "ingest-gateway/config.hpp"
#include "ingest-gateway/limits/admit.hpp"
#include "ingest-gateway/limits/broker_health.hpp"
#include "ingest-gateway/limits/quotas.hpp"
#include "ingest-gateway/metrics.hpp"
#include "ingest-gateway/postgres_store.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/http/body_budget.hpp"
#include "vf/http/server.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::ingest_gateway {

struct worker_dependencies {
    const settings& settings;
    kafka::sink& sink;
    kafka::sink& large_sink;
    broker_health& health;
    quotas& quotas;
    seen_keys& seen;
    claim_batches& claims;
    const std::shared_ptr<http::body_budget>& bodies;
    const std::shared_ptr<http::body_budget>& large_bodies;
    telemetry::registry& registry;
    // All loops serve both listeners and share their connections out evenly.
    std::shared_ptr<http::server_group> public_servers{std::make_shared<http::server_group>()};
    std::shared_ptr<http::server_group> tls_servers{std::make_shared<http::server_group>()};
};

class worker {
public:
    worker(runtime::loop& events, const worker_dependencies& deps);

    [[nodiscard]] runtime::task<result<void>> open();
    // False when something did not end in time.
    [[nodiscard]] runtime::task<bool> drain(vf::duration limit);

    // Whether the broker leaves this loop's requests without an answer. Any thread.
    [[nodiscard]] bool stalled() const { return stalled_.load(std::memory_order_relaxed); }

    [[nodiscard]] std::uint16_t port() const { return server_->port(); }

    // For new connections. The identity before stays when this one is not valid.
    [[nodiscard]] runtime::task<result<void>> renew(http::tls_identity identity);

private:
    [[nodiscard]] runtime::task<> maintain();
    [[nodiscard]] runtime::task<> flush_key_uses();

    system_clock clock_;
    system_random randomness_;
    metrics metrics_;
    runtime::task_group tasks_;
    runtime::signal stop_;
    postgres::pool database_;
    postgres_store store_{database_};
    key_uses uses_;
    authenticator authenticator_;
    claim_keys claims_;
    admission budget_;
    acceptor acceptor_;
    routes routes_;
    one_click links_;
    http::router router_;
    // With TLS, `server_` only redirects to it.
    std::optional<http::server> server_;
    std::optional<http::server> tls_server_;
    std::atomic<bool> stalled_{false};
    telemetry::logger log_{"worker"};
};

}  // namespace vf::ingest_gateway
