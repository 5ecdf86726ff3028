#include "normaliser/ingest/unverified_claims.hpp"

#include <algorithm>
#include <chrono>
#include <unordered_set>
#include <utility>

#include "vf/domain/limits.hpp"

namespace vf::normaliser {

namespace {

std::vector<unverified_claim> first_of_each_key(const std::vector<unverified_claim>& open) {
    std::vector<unverified_claim> first;
    std::unordered_set<std::string> seen;
    for (const auto& one : open) {
        if (seen.insert(one.claim.key.raw()).second) {
            first.push_back(one);
        }
    }
    return first;
}

bool counts(const key_holder& holder, instant timestamp) {
    return std::chrono::abs(timestamp - holder.since) < domain::limits::idempotency_window;
}

}  // namespace

std::vector<std::size_t> resolve_claims(
    std::vector<unverified_claim> unverified, const claim_keys& claim
) {
    std::vector<std::size_t> conflicts;
    while (!unverified.empty()) {
        const auto holders = claim(first_of_each_key(unverified));
        // What came too long before or after the holder claims for itself in the next round; the
        // first of a key was what was claimed, so every round resolves some.
        std::vector<unverified_claim> open;
        std::unordered_set<std::string> answered;
        for (const auto& one : unverified) {
            const auto key = one.claim.key.raw();
            const auto holder = holders.find(key);
            const bool present = answered.insert(key).second;
            if (holder == holders.end()) {
                continue;
            }
            if (!present && !counts(holder->second, one.received_at)) {
                open.push_back(one);
            } else if (holder->second.body != one.claim.body) {
                conflicts.push_back(one.index);
            }
        }
        unverified = std::move(open);
    }
    std::ranges::sort(conflicts);
    return conflicts;
}

}  // namespace vf::normaliser
