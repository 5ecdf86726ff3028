#include "ingest-gateway/claims/claim_keys.hpp"

#include <algorithm>
#include <utility>

namespace vf::ingest_gateway {

std::optional<claim_verdict> claim_keys::find_cached(const wire::idempotency_claim& claim) {
    const auto seen = memory_.find(claim.key, deps_.now.now());
    if (!seen) {
        return std::nullopt;
    }
    if (seen->body != claim.body) {
        return claim_verdict::conflict;
    }
    return seen->answered ? claim_verdict::answered : claim_verdict::held;
}

claim_keys::shared_batch claim_keys::join(const wire::idempotency_claim& claim) {
    if (next_ == nullptr) {
        next_ = std::make_shared<batch>(deps_.events);
    }
    // A key twice in one statement cannot be: the second of two twins goes by the first's answer.
    const auto same = [&claim](const auto& each) { return each.key == claim.key; };
    if (std::ranges::none_of(next_->claims, same)) {
        next_->claims.push_back(claim);
    }
    return next_;
}

runtime::task<claim_verdict> claim_keys::claim(wire::idempotency_claim claim) {
    if (const auto recalled = find_cached(claim)) {
        co_return *recalled;
    }
    const bool full = next_ != nullptr && next_->claims.size() >= settings_.batch_max;
    if (full || deps_.now.now() < away_until_) {
        co_return claim_verdict::unverified;
    }
    const shared_batch mine = join(claim);
    if (!running_) {
        running_ = true;
        deps_.tasks.spawn("claim_keys", run_batches());
    }
    co_await mine->done.wait();
    if (!mine->claimed) {
        co_return claim_verdict::unverified;
    }
    const auto recalled = find_cached(claim);
    co_return recalled.value_or(claim_verdict::unverified);
}

void claim_keys::acknowledged(const wire::idempotency_claim& claim) {
    const auto seen = memory_.find(claim.key, deps_.now.now());
    if (seen && seen->body == claim.body) {
        memory_.put(claim, seen->claimed_at, true);
    }
}

runtime::task<> claim_keys::run_batches() {
    while (next_ != nullptr) {
        const auto early = last_begun_ + settings_.gather - deps_.now.now();
        if (early > vf::duration::zero() && early <= settings_.gather) {
            co_await runtime::sleep(early);
        }
        const shared_batch mine = std::exchange(next_, nullptr);
        last_begun_ = deps_.now.now();
        const auto ended = std::make_shared<runtime::signal>(deps_.events.context());
        deps_.tasks.spawn("claim_batch", run_one(this, mine, ended));
        const bool in_time = co_await ended->wait_for(settings_.patience);
        if (!in_time || !mine->claimed) {
            away_until_ = deps_.now.now() + settings_.pause;
            log_.warning("keys go on unclaimed", {{"requests", mine->claims.size()}});
        }
        mine->done.raise();
    }
    running_ = false;
}

runtime::task<> claim_keys::run_one(
    claim_keys* self, shared_batch shared_batch, std::shared_ptr<runtime::signal> ended
) {
    auto claims = shared_batch->claims;
    auto held_claims = co_await self->deps_.store.claim(std::move(claims));
    if (held_claims) {
        for (const auto& each : *held_claims) {
            self->memory_.put(each.claim, each.timestamp, false);
        }
        shared_batch->claimed = true;
    }
    ended->raise();
}

}  // namespace vf::ingest_gateway
