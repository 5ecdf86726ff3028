#include "normaliser/upkeep/drop_erased.hpp"

#include <algorithm>

#include "normaliser/ingest/lock_users.hpp"

namespace vf::normaliser {

namespace {

instant oldest_of(const user_updates& users, instant now) {
    instant oldest = now;
    for (const auto& [name, one] : users) {
        for (const auto* change : one.changes) {
            oldest = std::min(oldest, change->received_at);
        }
        for (const auto* event : one.events) {
            oldest = std::min(oldest, event->received_at);
        }
    }
    return oldest;
}

// The row that was found may be that of the user who went before this batch had its lock.
bool are_found(postgres::transaction& tx, const selected_users& selection) {
    return std::ranges::equal(
        find_user_ids(tx, selection), selection, {}, {},
        [](const auto* each) { return each->second.user_id; }
    );
}

}  // namespace

dropped drop_received(user_updates& users, const erased_users& erased) {
    dropped done;
    for (auto& each : users) {
        auto& [name, one] = each;
        const auto* found = erased.find(name.first, name.second);
        if (found == nullptr) {
            continue;
        }
        const auto late = [found](const auto* record) {
            return record->received_at <= found->requested_at;
        };
        done.records += std::erase_if(one.changes, late) + std::erase_if(one.events, late);
        one.received_after = found->requested_at;
        if (one.has_records()) {
            done.left.push_back(&each);
            done.too_early = done.too_early || !found->begun;
        }
    }
    return done;
}

std::size_t drop_erased(postgres::transaction& tx, user_updates& users, instant now) {
    const auto erased = read_erased(tx, oldest_of(users, now));
    if (erased.empty()) {
        return 0;
    }
    auto done = drop_received(users, erased);
    std::erase_if(done.left, [](const auto* each) { return !each->second.user_id; });
    if (done.too_early) {
        tx.refuse({failure::transient, "erasure_under_way", {}});
    } else if (!done.left.empty() && !are_found(tx, done.left)) {
        tx.refuse({failure::transient, "erased_meanwhile", {}});
    }
    return done.records;
}

}  // namespace vf::normaliser
