// Keeps the keys a gateway has seen on disk, for a start without the database. Loop thread.
#pragma once

#include "ingest-gateway/auth/seen_keys.hpp"
#include "ingest-gateway/snapshot_file.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::ingest_gateway {

// Until `stop`, and once more then. A disk that does not take it is logged when it begins.
[[nodiscard]] runtime::task<> keep_keys(
    const seen_keys& seen, const snapshot_file& file, runtime::signal& stop
);

}  // namespace vf::ingest_gateway
