#include "ingest-gateway/keep_keys.hpp"

#include <utility>

#include "vf/runtime/blocking_pool.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::ingest_gateway {

namespace {

// Every key in use is read again every few seconds: each write is of all of them.
constexpr vf::duration interval = std::chrono::seconds{10};

}  // namespace

runtime::task<> keep_keys(const seen_keys& seen, const snapshot_file& file, runtime::signal& stop) {
    const telemetry::logger log{"keep_keys"};
    runtime::blocking_pool disk{1};
    std::uint64_t saved_version = 0;
    bool failing = false;
    for (bool stopping = false; !stopping;) {
        stopping = co_await stop.wait_for(interval);
        const auto version = seen.version();
        if (version == saved_version) {
            continue;
        }
        auto save = [&file, snapshot = seen.snapshot()] { return file.save(snapshot); };
        const auto saved = co_await disk.run(std::move(save));
        if (saved) {
            saved_version = version;
        } else if (!failing) {
            log.warning("the keys seen are not kept", {{"detail", saved.error().detail}});
        }
        failing = !saved;
    }
}

}  // namespace vf::ingest_gateway
