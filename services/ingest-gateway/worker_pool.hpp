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
#include "ingest-gateway/producers.hpp"
#include "ingest-gateway/worker.hpp"
#include "vf/http/server.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/runtime/loop_thread.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::ingest_gateway {

class worker_pool {
public:
    // Nothing runs before `open`.
    worker_pool(runtime::loop& main, producers& sending, const worker_dependencies& deps);
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
        const worker_dependencies& deps, kafka::sink& sink, kafka::sink& large_sink
    ) {
        return {deps.settings,     sink,          large_sink,          deps.health,
                deps.quotas,       deps.seen,     deps.claims,         deps.bodies,
                deps.large_bodies, deps.registry, deps.public_servers, deps.tls_servers};
    }

    struct worker_thread {
        worker_thread(producers& sending, const worker_dependencies& deps)
            : sink{sending.usual().sink_for(thread.events())},
              large_sink{sending.large().sink_for(thread.events())},
              worker{thread.events(), of_loop(deps, *sink, *large_sink)} {}

        runtime::loop_thread thread;
        std::unique_ptr<kafka::sink> sink;
        std::unique_ptr<kafka::sink> large_sink;
        ingest_gateway::worker worker;
    };

    [[nodiscard]] static runtime::task<> drain_one(
        worker_thread& each, vf::duration limit, bool& in_time
    );

    runtime::loop& main_;
    producers& sending_;
    worker_dependencies deps_;
    worker first_;
    std::vector<std::unique_ptr<worker_thread>> others_;
};

}  // namespace vf::ingest_gateway
