// The latest claims of Idempotency-Keys on this loop, so that most retries need no database. Core;
// loop thread.
#pragma once

#include <cstddef>
#include <cstring>
#include <optional>

#include "ingest-gateway/generation_map.hpp"
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
    explicit claim_cache(std::size_t entries_max) : claims_{entries_max} {}

    [[nodiscard]] std::optional<cached_claim> find(const domain::record_id& key, instant now) {
        const auto* found = claims_.find(key);
        const bool holds =
            found != nullptr && now - found->claimed_at < domain::limits::idempotency_window;
        return holds ? std::optional{*found} : std::nullopt;
    }

    void put(const wire::idempotency_claim& claim, instant claimed_at, bool answered) {
        claims_.put(claim.key, cached_claim{claim.body, claimed_at, answered});
    }

    // Of a claim that is held, unless it has been forgotten meanwhile.
    void mark_answered(const wire::idempotency_claim& claim) {
        auto* found = claims_.find(claim.key);
        if (found != nullptr && found->body == claim.body) {
            found->answered = true;
        }
    }

    [[nodiscard]] std::size_t size() const { return claims_.size(); }

private:
    // The key is a digest: any eight bytes of it will do.
    struct first_bytes {
        using is_avalanching = void;

        std::size_t operator()(const domain::record_id& key) const {
            std::size_t hash = 0;
            std::memcpy(&hash, key.bytes.data(), sizeof hash);
            return hash;
        }
    };

    generation_map<domain::record_id, cached_claim, first_bytes> claims_;
};

}  // namespace vf::ingest_gateway
