// Values read from a store, each with its age: whether one may still be used is decided here. What
// the store does not have is kept apart, so that guessed keys never push out real ones. Core.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "ingest-gateway/generation_map.hpp"
#include "vf/base/clock.hpp"

namespace vf::ingest_gateway {

// What a store said of a key, and when; nothing: that it does not have it.
template <class Value>
struct observed {
    std::optional<Value> value;
    instant read_at{};
};

struct cache_limits {
    // A value older than this is not used while the store answers.
    vf::duration lifetime{std::chrono::seconds{5}};
    // Nor one older than this while the store is slow.
    vf::duration slow{std::chrono::minutes{1}};
    // Nor one older than this in any case.
    vf::duration outage{std::chrono::hours{6}};
    std::size_t values{20'000};
    std::size_t absences{20'000};
};

enum class freshness {
    fresh,
    ageing,  // usable, and to be read again before a request has to wait for it
    late,    // usable when the store does not answer soon
    old,     // usable while the store is away
    unknown,
};

template <class Value>
class expiring_cache {
public:
    explicit expiring_cache(const cache_limits& limits)
        : limits_{limits}, values_{limits.values}, absences_{limits.absences} {}

    [[nodiscard]] freshness freshness_of(const std::string& key, instant now) const {
        const auto since = read_at(key);
        if (!since) {
            return freshness::unknown;
        }
        const auto age = now - *since;
        const bool present = values_.find(key) != nullptr;
        // Of a clock that was set back nobody knows how long ago it was.
        if (age < vf::duration::zero()) {
            return present ? freshness::old : freshness::unknown;
        }
        if (age < limits_.lifetime / 2) {
            return freshness::fresh;
        }
        if (age < limits_.lifetime) {
            return freshness::ageing;
        }
        if (!present || age >= limits_.outage) {
            return freshness::unknown;
        }
        return age < limits_.slow ? freshness::late : freshness::old;
    }

    // Null unless it is fresh. Until the next change.
    [[nodiscard]] const Value* fresh_value(const std::string& key, instant now) const {
        const auto* found = values_.find(key);
        const bool fresh = found != nullptr && now >= found->read_at &&
                           now - found->read_at < limits_.lifetime / 2;
        return fresh ? &found->value : nullptr;
    }

    // As read last; nothing when the store had nothing.
    [[nodiscard]] std::optional<Value> value(const std::string& key) const {
        const auto* found = values_.find(key);
        return found == nullptr ? std::nullopt : std::optional{found->value};
    }

    // When the store last said anything of the key.
    [[nodiscard]] std::optional<instant> read_at(const std::string& key) const {
        if (const auto* found = values_.find(key)) {
            return found->read_at;
        }
        const auto* absent = absences_.find(key);
        return absent == nullptr ? std::nullopt : std::optional{*absent};
    }

    void put(const std::string& key, std::optional<Value> value, instant now) {
        if (value) {
            absences_.erase(key);
            values_.put(key, entry{std::move(*value), now});
        } else {
            values_.erase(key);
            absences_.put(key, now);
        }
    }

    [[nodiscard]] std::size_t size() const { return values_.size() + absences_.size(); }

private:
    struct entry {
        Value value;
        instant read_at;
    };

    cache_limits limits_;
    generation_map<std::string, entry> values_;
    generation_map<std::string, instant> absences_;
};

}  // namespace vf::ingest_gateway
