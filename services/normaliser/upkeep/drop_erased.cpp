#include "normaliser/upkeep/drop_erased.hpp"

#include <algorithm>

#include "normaliser/ingest/ingest_sql.hpp"

namespace vf::normaliser {

namespace {

instant oldest_of(const people& of, instant now) {
    instant oldest = now;
    for (const auto& [name, one] : of) {
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
bool are_found(postgres::transaction& inside, const chosen_people& of) {
    const auto asked = names_of(of);
    const auto rows = inside.query(
        sql::select_people, postgres::params{}.texts(asked.projects).texts(asked.users)
    );
    const auto same = std::ranges::count_if(rows, [&of](const postgres::row& row) {
        const auto place = static_cast<std::size_t>(row.integer(0) - 1);
        return of[place]->second.user_id == row.integer(1);
    });
    return static_cast<std::size_t>(same) == of.size();
}

}  // namespace

dropped drop_received(people& from, const erased_people& erased) {
    dropped done;
    for (auto& each : from) {
        auto& [name, one] = each;
        const auto* found = erased.find(name.first, name.second);
        if (found == nullptr) {
            continue;
        }
        const auto late = [found](const auto* record) {
            return record->received_at <= found->requested_at;
        };
        done.records += std::erase_if(one.changes, late) + std::erase_if(one.events, late);
        if (one.is_touched()) {
            done.left.push_back(&each);
            done.too_early = done.too_early || !found->done;
        }
    }
    return done;
}

std::size_t drop_erased(postgres::transaction& inside, people& from, instant now) {
    const auto erased = read_erased(inside, oldest_of(from, now));
    if (erased.empty()) {
        return 0;
    }
    auto done = drop_received(from, erased);
    std::erase_if(done.left, [](const auto* each) { return !each->second.user_id; });
    if (done.too_early) {
        inside.refuse({failure::transient, "erasure_under_way", {}});
    } else if (!done.left.empty() && !are_found(inside, done.left)) {
        inside.refuse({failure::transient, "erased_meanwhile", {}});
    }
    return done.records;
}

}  // namespace vf::normaliser
