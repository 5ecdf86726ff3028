// Claims Idempotency-Keys before anything is published: in the cache of this loop, or in a
// statement that all loops share. A database that does not answer holds nobody up: the request is
// published with its claim unverified, and the normaliser claims the key. Loop thread.
#pragma once

#include <memory>
#include <optional>

#include "ingest-gateway/claims/claim_batches.hpp"
#include "vf/base/clock.hpp"
#include "vf/runtime/task.hpp"

namespace vf::ingest_gateway {

enum class claim_verdict {
    held,        // the key is this request's: publish
    answered,    // every record has been acknowledged before: nothing to do
    conflict,    // another body holds the key
    unverified,  // the database is away: publish with the claim
};

struct claim_outcome {
    claim_verdict verdict{claim_verdict::unverified};
    // Of a key that is held: when it was claimed first. Every try of a request is published as
    // received then, so that whichever is read first says the same.
    instant claimed_at{};
};

class claim_keys {
public:
    claim_keys(
        runtime::loop& events, claim_batches& batches, const clock& now,
        std::size_t cached_max = claim_settings{}.cached_max
    )
        : batches_{batches}, now_{now}, own_{std::make_shared<loop_claims>(events, cached_max)} {}

    [[nodiscard]] runtime::task<claim_outcome> claim(wire::idempotency_claim claim);

    // Every record of the request that holds this claim is safe.
    void acknowledged(const wire::idempotency_claim& claim);

private:
    [[nodiscard]] std::optional<claim_outcome> find_cached(const wire::idempotency_claim& claim);

    claim_batches& batches_;
    const clock& now_;
    std::shared_ptr<loop_claims> own_;
};

}  // namespace vf::ingest_gateway
