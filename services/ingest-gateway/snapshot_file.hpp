// The snapshot of keys on disk, sealed under the master key: written beside itself and renamed, so
// that a crash leaves the one before; readable by nobody else. A file that is missing, damaged or
// of another key is none, with a line in the log. Blocking: called at start, and from a blocking
// pool.
#pragma once

#include <filesystem>
#include <optional>

#include "ingest-gateway/auth/key_snapshot.hpp"
#include "vf/base/error.hpp"
#include "vf/base/random.hpp"
#include "vf/crypto/sealed_secret.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::ingest_gateway {

class snapshot_file {
public:
    snapshot_file(
        std::filesystem::path directory, const crypto::master_key& key, random& randomness
    );

    [[nodiscard]] std::optional<key_snapshot> load() const;

    // Errors: transient/cannot_write.
    [[nodiscard]] result<void> save(const key_snapshot& snapshot) const;

private:
    void remove_unfinished() const;
    [[nodiscard]] bool sync_directory() const;

    std::filesystem::path path_;
    const crypto::master_key& key_;
    random& random_;
    telemetry::logger log_{"snapshot_file"};
};

}  // namespace vf::ingest_gateway
