#include "ingest-gateway/claims/claim_batches.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <numeric>
#include <utility>

#include "vf/runtime/loop_thread.hpp"

namespace vf::ingest_gateway {

namespace {

bool by_key(const wire::idempotency_claim& a, const wire::idempotency_claim& b) {
    return a.key.bytes < b.key.bytes;
}

// Each key once, in order: of two requests with one key the first claims it.
std::vector<wire::idempotency_claim> claims_of(
    const std::vector<std::shared_ptr<claim_request>>& requests
) {
    std::vector<std::size_t> order(requests.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&requests](std::size_t a, std::size_t b) {
        const auto& first = requests[a]->claim.key.bytes;
        const auto& second = requests[b]->claim.key.bytes;
        return first == second ? a < b : first < second;
    });
    std::vector<wire::idempotency_claim> claims;
    claims.reserve(order.size());
    for (const std::size_t index : order) {
        const auto& claim = requests[index]->claim;
        if (claims.empty() || claims.back().key != claim.key) {
            claims.push_back(claim);
        }
    }
    return claims;
}

using shared_claims = std::shared_ptr<const std::vector<held_claim>>;

// On the loop of the requests. One whose time was over has been answered already; what holds its
// key is worth keeping all the same.
void answer(
    const std::vector<std::shared_ptr<claim_request>>& requests, const shared_claims& held
) {
    for (const auto& each : requests) {
        if (held != nullptr) {
            const auto found =
                std::ranges::lower_bound(*held, each->claim, by_key, &held_claim::claim);
            if (found != held->end() && found->claim.key == each->claim.key) {
                each->from->cache.put(found->claim, found->claimed_at, false);
                each->claimed = true;
            }
        }
    }
    for (const auto& each : requests) {
        if (!each->answered.done()) {
            each->answered.complete();
        }
    }
}

// One turn for each loop that has requests here. Held claims in order of their keys, or null.
void answer_on_loops(std::vector<std::shared_ptr<claim_request>> requests, shared_claims held) {
    while (!requests.empty()) {
        const auto from = requests.back()->from;
        const auto theirs = std::ranges::partition(requests, [&from](const auto& each) {
            return each->from != from;
        });
        std::vector<std::shared_ptr<claim_request>> taken{
            std::move_iterator{theirs.begin()}, std::move_iterator{theirs.end()}
        };
        requests.erase(theirs.begin(), theirs.end());
        runtime::post(from->events, [taken = std::move(taken), held] { answer(taken, held); });
    }
}

}  // namespace

bool claim_batches::join(std::shared_ptr<claim_request> request) {
    const auto now = deps_.now.now();
    {
        const std::scoped_lock locked{mutex_};
        // A pause that a clock set back would prolong is over.
        const bool paused = now < paused_until_ && paused_until_ - now <= settings_.pause;
        if (next_.size() >= settings_.batch_max || paused) {
            return false;
        }
        next_.push_back(std::move(request));
        if (std::exchange(running_, true)) {
            return true;
        }
    }
    runtime::post(deps_.events, [this] { deps_.tasks.spawn("claim_keys", run_batches()); });
    return true;
}

// Null when no request waits: the next one starts the run again.
claim_batches::shared_batch claim_batches::take() {
    const std::scoped_lock locked{mutex_};
    if (next_.empty()) {
        running_ = false;
        return nullptr;
    }
    auto taken = std::make_shared<batch>(deps_.events);
    taken->requests.swap(next_);
    return taken;
}

runtime::task<> claim_batches::run_batches() {
    for (;;) {
        const auto remaining = last_statement_at_ + settings_.interval_min - deps_.now.now();
        if (remaining > vf::duration::zero() && remaining <= settings_.interval_min) {
            co_await runtime::sleep(remaining);
        }
        const shared_batch batch = take();
        if (batch == nullptr) {
            co_return;
        }
        last_statement_at_ = deps_.now.now();
        deps_.tasks.spawn("claim_batch", run_one(this, batch));
        const bool in_time = co_await batch->ended.wait_for(settings_.wait_limit);
        if (!in_time) {
            pause();
            answer_on_loops(batch->requests, nullptr);
        }
        if (!in_time || !batch->claimed) {
            log_.warning("keys go unclaimed", {{"requests", batch->requests.size()}});
        }
    }
}

runtime::task<> claim_batches::run_one(claim_batches* self, shared_batch batch) {
    auto claims = claims_of(batch->requests);
    auto held = co_await self->deps_.store.claim(std::move(claims));
    shared_claims answers;
    if (held) {
        batch->claimed = true;
        std::ranges::sort(*held, by_key, &held_claim::claim);
        answers = std::make_shared<const std::vector<held_claim>>(std::move(*held));
    } else {
        self->pause();
    }
    batch->ended.raise();
    answer_on_loops(batch->requests, answers);
}

void claim_batches::pause() {
    const std::scoped_lock locked{mutex_};
    paused_until_ = deps_.now.now() + settings_.pause;
}

}  // namespace vf::ingest_gateway
