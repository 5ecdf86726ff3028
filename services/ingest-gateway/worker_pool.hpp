// The gateway's workers: the first on the main loop, beside the producer, the others on loops and
// threads of their own, each with a sink of its own. Called on the main loop; the workers are
// called on theirs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "ingest-gateway/claims/claim_batches.hpp"
#include "ingest-gateway/limits/quotas.hpp"
#include "ingest-gateway/postgres_store.hpp"
#include "ingest-gateway/worker.hpp"
#include "vf/http/server.hpp"
#include "vf/kafka/producer.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/runtime/loop_thread.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::ingest_gateway {

class worker_pool {
public:
    // Nothing runs before `open`.
    worker_pool(runtime::loop& main, kafka::producer& producer, const worker_dependencies& deps);
    ~worker_pool();
    worker_pool(const worker_pool&) = delete;
    worker_pool& operator=(const worker_pool&) = delete;

    [[nodiscard]] runtime::task<result<void>> open();
    // All at once. False when something did not end in time.
    [[nodiscard]] runtime::task<bool> drain(vf::duration limit);
    [[nodiscard]] runtime::task<result<void>> renew(http::tls_identity identity);

    // Whether the broker leaves any loop's requests without an answer.
    [[nodiscard]] bool stalled() const;

    [[nodiscard]] std::uint16_t port() const { return first_.port(); }

    [[nodiscard]] std::size_t size() const { return others_.size() + 1; }

private:
    [[nodiscard]] static worker_dependencies of_loop(
        const worker_dependencies& deps, kafka::sink& sink
    ) {
        return {deps.settings, sink,        deps.health,   deps.quotas,         deps.seen,
                deps.claims,   deps.bodies, deps.registry, deps.public_servers, deps.tls_servers};
    }

    struct worker_thread {
        worker_thread(kafka::producer& producer, const worker_dependencies& deps)
            : sink{producer.sink_for(thread.events())},
              worker{thread.events(), of_loop(deps, *sink)} {}

        runtime::loop_thread thread;
        std::unique_ptr<kafka::sink> sink;
        ingest_gateway::worker worker;
    };

    [[nodiscard]] static runtime::task<> drain_one(
        worker_thread& each, vf::duration limit, bool& in_time
    );

    runtime::loop& main_;
    kafka::producer& producer_;
    worker_dependencies deps_;
    worker first_;
    std::vector<std::unique_ptr<worker_thread>> others_;
};

}  // namespace vf::ingest_gateway
