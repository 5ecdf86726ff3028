#include "ingest-gateway/claims/claim_keys.hpp"

#include <algorithm>
#include <utility>

namespace vf::ingest_gateway {

std::optional<claim_verdict> claim_keys::find_cached(const wire::idempotency_claim& claim) {
    const auto cached = cache_.find(claim.key, deps_.now.now());
    if (!cached) {
        return std::nullopt;
    }
    if (cached->body != claim.body) {
        return claim_verdict::conflict;
    }
    return cached->answered ? claim_verdict::answered : claim_verdict::held;
}

claim_keys::shared_batch claim_keys::join(const wire::idempotency_claim& claim) {
    if (next_ == nullptr) {
        next_ = std::make_shared<batch>(deps_.events);
    }
    // A statement cannot claim one key twice: a second request waits for the answer to the first.
    const auto same = [&claim](const auto& each) { return each.key == claim.key; };
    if (std::ranges::none_of(next_->claims, same)) {
        next_->claims.push_back(claim);
    }
    return next_;
}

runtime::task<claim_verdict> claim_keys::claim(wire::idempotency_claim claim) {
    if (const auto cached = find_cached(claim)) {
        co_return *cached;
    }
    const bool full = next_ != nullptr && next_->claims.size() >= settings_.batch_max;
    if (full || deps_.now.now() < paused_until_) {
        co_return claim_verdict::unverified;
    }
    const shared_batch batch = join(claim);
    if (!running_) {
        running_ = true;
        deps_.tasks.spawn("claim_keys", run_batches());
    }
    co_await batch->done.wait();
    if (!batch->claimed) {
        co_return claim_verdict::unverified;
    }
    const auto verdict = find_cached(claim);
    co_return verdict.value_or(claim_verdict::unverified);
}

void claim_keys::acknowledged(const wire::idempotency_claim& claim) {
    const auto cached = cache_.find(claim.key, deps_.now.now());
    if (cached && cached->body == claim.body) {
        cache_.put(claim, cached->claimed_at, true);
    }
}

runtime::task<> claim_keys::run_batches() {
    while (next_ != nullptr) {
        const auto remaining = last_statement_at_ + settings_.interval_min - deps_.now.now();
        if (remaining > vf::duration::zero() && remaining <= settings_.interval_min) {
            co_await runtime::sleep(remaining);
        }
        const shared_batch batch = std::exchange(next_, nullptr);
        last_statement_at_ = deps_.now.now();
        const auto ended = std::make_shared<runtime::signal>(deps_.events.context());
        deps_.tasks.spawn("claim_batch", run_one(this, batch, ended));
        const bool in_time = co_await ended->wait_for(settings_.wait_limit);
        if (!in_time || !batch->claimed) {
            paused_until_ = deps_.now.now() + settings_.pause;
            log_.warning("keys go unclaimed", {{"requests", batch->claims.size()}});
        }
        batch->done.raise();
    }
    running_ = false;
}

runtime::task<> claim_keys::run_one(
    claim_keys* self, shared_batch batch, std::shared_ptr<runtime::signal> ended
) {
    auto claims = batch->claims;
    const auto held = co_await self->deps_.store.claim(std::move(claims));
    if (held) {
        for (const auto& each : *held) {
            self->cache_.put(each.claim, each.claimed_at, false);
        }
        batch->claimed = true;
    }
    ended->raise();
}

}  // namespace vf::ingest_gateway
