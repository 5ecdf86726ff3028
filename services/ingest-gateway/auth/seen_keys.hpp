// What the database has said of keys and passwords lately, over all loops: each of them notes what
// it reads, and all of them start with what was read before. Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "ingest-gateway/auth/credentials.hpp"
#include "ingest-gateway/auth/customer.hpp"
#include "ingest-gateway/auth/key_snapshot.hpp"
#include "ingest-gateway/generation_map.hpp"
#include "vf/base/clock.hpp"

namespace vf::ingest_gateway {

class seen_keys {
public:
    // What the database does not have, or not any more, is forgotten.
    void note(const std::string& key_digest, const std::optional<customer>& found, instant now);
    void note(
        const std::string& project, const std::optional<basic_credentials>& found, instant now
    );

    // From disk. What is from the future is as old as now.
    void restore(key_snapshot snapshot, instant now);

    [[nodiscard]] key_snapshot snapshot() const;

    // Whether any was read within so long before `now`.
    [[nodiscard]] bool any_within(vf::duration age, instant now) const;

    // Another one after every change.
    [[nodiscard]] std::uint64_t version() const;

private:
    static constexpr std::size_t entries_max = 40'000;

    mutable std::mutex mutex_;
    generation_map<std::string, seen_customer> customers_{entries_max};
    generation_map<std::string, seen_provider> providers_{entries_max};
    instant newest_{instant::min()};
    std::uint64_t version_{0};
};

}  // namespace vf::ingest_gateway
