#include "normaliser/ingest/unsettled.hpp"

#include <algorithm>
#include <chrono>
#include <unordered_set>
#include <utility>

#include "vf/domain/limits.hpp"

namespace vf::normaliser {

namespace {

std::vector<unsettled_claim> first_of_each_key(const std::vector<unsettled_claim>& open) {
    std::vector<unsettled_claim> first;
    std::unordered_set<std::string> seen;
    for (const auto& one : open) {
        if (seen.insert(one.claim.key.raw()).second) {
            first.push_back(one);
        }
    }
    return first;
}

bool counts(const key_holder& holder, instant at) {
    return std::chrono::abs(at - holder.since) < domain::limits::idempotency_window;
}

}  // namespace

std::vector<std::size_t> settle(std::vector<unsettled_claim> unsettled, const claim_keys& claim) {
    std::vector<std::size_t> conflicts;
    while (!unsettled.empty()) {
        const auto holders = claim(first_of_each_key(unsettled));
        // What came too long before or after the holder claims for itself in the next round; the
        // first of a key was what was asked, so every round settles some.
        std::vector<unsettled_claim> open;
        std::unordered_set<std::string> answered;
        for (const auto& one : unsettled) {
            const auto key = one.claim.key.raw();
            const auto holder = holders.find(key);
            const bool asked = answered.insert(key).second;
            if (holder == holders.end()) {
                continue;
            }
            if (!asked && !counts(holder->second, one.at)) {
                open.push_back(one);
            } else if (holder->second.body != one.claim.body) {
                conflicts.push_back(one.place);
            }
        }
        unsettled = std::move(open);
    }
    std::ranges::sort(conflicts);
    return conflicts;
}

}  // namespace vf::normaliser
