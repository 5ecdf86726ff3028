// The gateway's shards: the first on the main loop, beside the producer, the others on loops and
// threads of their own. Main loop; what concerns a shard is done on the shard's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "ingest-gateway/limits/quotas.hpp"
#include "ingest-gateway/shard.hpp"
#include "ingest-gateway/sink_on_loop.hpp"
#include "vf/http/server.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/runtime/loop_thread.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::ingest_gateway {

class loops {
public:
    // Until `open` nothing runs.
    loops(runtime::loop& main, const shard_parts& parts);
    ~loops();
    loops(const loops&) = delete;
    loops& operator=(const loops&) = delete;

    [[nodiscard]] runtime::task<result<void>> open();
    // All at once. False when something did not end in time.
    [[nodiscard]] runtime::task<bool> drain(vf::duration limit);
    [[nodiscard]] runtime::task<result<void>> renew(http::tls_identity with);

    // Whether the broker leaves any loop's requests without an answer.
    [[nodiscard]] bool stalled() const;

    [[nodiscard]] std::uint16_t port() const { return first_.port(); }

    [[nodiscard]] std::size_t size() const { return further_.size() + 1; }

private:
    struct further {
        further(runtime::loop& main, const shard_parts& parts)
            : sink{main, parts.sink},
              on_it{thread.events(), {parts.from, sink, parts.shared, parts.registry}} {}

        runtime::loop_thread thread;
        sink_on_loop sink;
        shard on_it;
    };

    [[nodiscard]] static runtime::task<> drain_one(further& of, vf::duration limit, bool& in_time);

    runtime::loop& main_;
    shard_parts parts_;
    shard first_;
    std::vector<std::unique_ptr<further>> further_;
};

}  // namespace vf::ingest_gateway
