#include "ingest-gateway/claims/claim_keys.hpp"

namespace vf::ingest_gateway {

std::optional<claim_outcome> claim_keys::find_cached(const wire::idempotency_claim& claim) {
    const auto cached = own_->cache.find(claim.key, now_.now());
    if (!cached) {
        return std::nullopt;
    }
    claim_outcome outcome{claim_verdict::held, cached->claimed_at};
    if (cached->body != claim.body) {
        outcome.verdict = claim_verdict::conflict;
    } else if (cached->answered) {
        outcome.verdict = claim_verdict::answered;
    }
    return outcome;
}

runtime::task<claim_outcome> claim_keys::claim(wire::idempotency_claim claim) {
    if (const auto cached = find_cached(claim)) {
        co_return *cached;
    }
    const auto request = std::make_shared<claim_request>(claim, own_);
    if (!batches_.join(request)) {
        co_return claim_outcome{};
    }
    co_await request->answered.wait();
    if (!request->claimed) {
        co_return claim_outcome{};
    }
    co_return find_cached(claim).value_or(claim_outcome{});
}

void claim_keys::acknowledged(const wire::idempotency_claim& claim) {
    own_->cache.mark_answered(claim);
}

}  // namespace vf::ingest_gateway
