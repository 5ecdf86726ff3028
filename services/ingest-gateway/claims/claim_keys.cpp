#include "ingest-gateway/claims/claim_keys.hpp"

#include <algorithm>
#include <utility>

namespace vf::ingest_gateway {

std::optional<claim_verdict> claim_keys::recall(const wire::idempotency_claim& asked) {
    const auto seen = memory_.find(asked.key, parts_.now.now());
    if (!seen) {
        return std::nullopt;
    }
    if (seen->body != asked.body) {
        return claim_verdict::conflict;
    }
    return seen->answered ? claim_verdict::answered : claim_verdict::held;
}

claim_keys::shared_batch claim_keys::join(const wire::idempotency_claim& asked) {
    if (next_ == nullptr) {
        next_ = std::make_shared<batch>(parts_.events);
    }
    // A key twice in one statement cannot be: the second of two twins goes by the first's answer.
    const auto same = [&asked](const auto& each) { return each.key == asked.key; };
    if (std::ranges::none_of(next_->asked, same)) {
        next_->asked.push_back(asked);
    }
    return next_;
}

runtime::task<claim_verdict> claim_keys::claim(wire::idempotency_claim asked) {
    if (const auto recalled = recall(asked)) {
        co_return *recalled;
    }
    const bool full = next_ != nullptr && next_->asked.size() >= settings_.batch_max;
    if (full || parts_.now.now() < away_until_) {
        co_return claim_verdict::unsettled;
    }
    const shared_batch mine = join(asked);
    if (!running_) {
        running_ = true;
        parts_.tasks.spawn("claim_keys", run_batches());
    }
    co_await mine->done.wait();
    if (!mine->settled) {
        co_return claim_verdict::unsettled;
    }
    const auto recalled = recall(asked);
    co_return recalled.value_or(claim_verdict::unsettled);
}

void claim_keys::acknowledged(const wire::idempotency_claim& claim) {
    const auto seen = memory_.find(claim.key, parts_.now.now());
    if (seen && seen->body == claim.body) {
        memory_.remember(claim, seen->at, true);
    }
}

runtime::task<> claim_keys::run_batches() {
    while (next_ != nullptr) {
        const auto early = last_begun_ + settings_.gather - parts_.now.now();
        if (early > vf::duration::zero() && early <= settings_.gather) {
            co_await runtime::sleep(early);
        }
        const shared_batch mine = std::exchange(next_, nullptr);
        last_begun_ = parts_.now.now();
        const auto ended = std::make_shared<runtime::signal>(parts_.events.context());
        parts_.tasks.spawn("claim_batch", run_one(this, mine, ended));
        const bool in_time = co_await ended->wait_for(settings_.patience);
        if (!in_time || !mine->settled) {
            away_until_ = parts_.now.now() + settings_.pause;
            log_.warning("keys go on unclaimed", {{"requests", mine->asked.size()}});
        }
        mine->done.raise();
    }
    running_ = false;
}

runtime::task<> claim_keys::run_one(
    claim_keys* self, shared_batch of, std::shared_ptr<runtime::signal> ended
) {
    auto asked = of->asked;
    auto held = co_await self->parts_.from.claim(std::move(asked));
    if (held) {
        for (const auto& each : *held) {
            self->memory_.remember(each.claim, each.at, false);
        }
        of->settled = true;
    }
    ended->raise();
}

}  // namespace vf::ingest_gateway
