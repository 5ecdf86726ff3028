// Values read from a store, each with its age: whether one may still be used is decided here. Core.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "vf/base/clock.hpp"

namespace vf::ingest_gateway {

struct cache_limits {
    // A value older than this is not used while the store answers.
    vf::duration lifetime{std::chrono::seconds{5}};
    std::size_t entries{20'000};
};

enum class freshness {
    fresh,
    ageing,  // usable, and to be read again before a request has to wait for it
    stale,   // usable only while the store is away
    unknown,
};

template <class Value>
class expiring_cache {
public:
    explicit expiring_cache(const cache_limits& limits) : limits_{limits} {}

    [[nodiscard]] freshness freshness_of(const std::string& key, instant now) const {
        const auto found = entries_.find(key);
        if (found == entries_.end()) {
            return freshness::unknown;
        }
        const auto age = now - found->second.read_at;
        if (age < limits_.lifetime / 2) {
            return freshness::fresh;
        }
        if (age < limits_.lifetime) {
            return freshness::ageing;
        }
        return found->second.value ? freshness::stale : freshness::unknown;
    }

    // As read last; nothing when the store had nothing.
    [[nodiscard]] std::optional<Value> value(const std::string& key) const {
        const auto found = entries_.find(key);
        return found == entries_.end() ? std::nullopt : found->second.value;
    }

    void put(const std::string& key, std::optional<Value> value, instant now) {
        if (entries_.size() >= limits_.entries && !entries_.contains(key)) {
            evict();
        }
        entries_.insert_or_assign(key, entry{std::move(value), now});
    }

    [[nodiscard]] std::size_t size() const { return entries_.size(); }

private:
    struct entry {
        std::optional<Value> value;
        instant read_at;
    };

    // Guessed keys must not push out real ones.
    void evict() {
        std::erase_if(entries_, [](const auto& each) { return !each.second.value; });
        if (entries_.size() >= limits_.entries) {
            entries_.clear();
        }
    }

    cache_limits limits_;
    std::unordered_map<std::string, entry> entries_;
};

}  // namespace vf::ingest_gateway
