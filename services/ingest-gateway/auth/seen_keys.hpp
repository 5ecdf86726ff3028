// What the database has said of keys and passwords lately, over all loops: each of them notes what
// it reads and takes from here what another has read since, and all start with what was read
// before. Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "ingest-gateway/auth/credentials.hpp"
#include "ingest-gateway/auth/customer.hpp"
#include "ingest-gateway/auth/expiring_cache.hpp"
#include "ingest-gateway/auth/key_snapshot.hpp"
#include "ingest-gateway/generation_map.hpp"
#include "vf/base/clock.hpp"

namespace vf::ingest_gateway {

class seen_keys {
public:
    using customer_seen = observed<customer>;
    using provider_seen = observed<basic_credentials>;

    // What the database said when it was asked; an answer to an older question changes nothing. Of
    // what was never there nothing is kept: anybody may ask for that.
    void note(
        const std::string& key_digest, const std::optional<customer>& found, instant asked_at
    );
    void note(
        const std::string& project, const std::optional<basic_credentials>& found, instant asked_at
    );

    // Without a value where it is gone since.
    [[nodiscard]] std::optional<customer_seen> find_customer(const std::string& key_digest) const;
    [[nodiscard]] std::optional<provider_seen> find_provider(const std::string& project) const;

    // From disk. What is from the future is as old as now.
    void restore(key_snapshot snapshot, instant now);

    // Of what is there.
    [[nodiscard]] key_snapshot snapshot() const;

    // Whether any was read within so long before `now`.
    [[nodiscard]] bool any_within(vf::duration age, instant now) const;

    // Another one after every change.
    [[nodiscard]] std::uint64_t version() const;

private:
    template <class Value>
    using seen_values = generation_map<std::string, observed<Value>>;

    template <class Value>
    void note_value(
        seen_values<Value>& values, const std::string& key, const std::optional<Value>& found,
        instant now
    );

    static constexpr std::size_t entries_max = 40'000;

    mutable std::mutex mutex_;
    seen_values<customer> customers_{entries_max};
    seen_values<basic_credentials> providers_{entries_max};
    instant newest_{instant::min()};
    std::uint64_t version_{0};
};

}  // namespace vf::ingest_gateway
