// The latest claims of Idempotency-Keys on this loop, so that most retries need no database. Two
// generations: a claim is put into the young one, and the old one is dropped whole. Core; loop
// thread.
#pragma once

#include <cstddef>
#include <cstring>
#include <optional>
#include <unordered_map>
#include <utility>

#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"
#include "vf/domain/limits.hpp"
#include "vf/wire/messages.hpp"

namespace vf::ingest_gateway {

struct cached_claim {
    domain::record_id body;
    instant claimed_at{};
    bool answered{false};  // every record was acknowledged
};

class claim_cache {
public:
    explicit claim_cache(std::size_t entries_max) : generation_max_{entries_max / 2} {}

    [[nodiscard]] std::optional<cached_claim> find(const domain::record_id& key, instant now) {
        for (auto* generation : {&young_, &old_}) {
            const auto found = generation->find(key);
            if (found != generation->end() &&
                now - found->second.claimed_at < domain::limits::idempotency_window) {
                return found->second;
            }
        }
        return std::nullopt;
    }

    void put(const wire::idempotency_claim& claim, instant claimed_at, bool answered) {
        if (young_.size() >= generation_max_) {
            old_ = std::exchange(young_, {});
        }
        young_.insert_or_assign(claim.key, cached_claim{claim.body, claimed_at, answered});
    }

    [[nodiscard]] std::size_t size() const { return young_.size() + old_.size(); }

private:
    // The key is a digest: any eight bytes of it will do.
    struct first_bytes {
        std::size_t operator()(const domain::record_id& key) const {
            std::size_t hash = 0;
            std::memcpy(&hash, key.bytes.data(), sizeof hash);
            return hash;
        }
    };

    std::size_t generation_max_;
    std::unordered_map<domain::record_id, cached_claim, first_bytes> young_;
    std::unordered_map<domain::record_id, cached_claim, first_bytes> old_;
};

}  // namespace vf::ingest_gateway
