// What a user's events come to: for each predicate a count, the first, the last and the newest few.
// The same whatever order events arrive in. Pure data; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"

namespace vf::facts {

struct occurrence {
    instant occurred_at{};  // effective: not later than it was attached
    domain::record_id record;
    std::int64_t weight{1};
    bool historical{false};
};

struct event_reference {
    instant occurred_at{};
    domain::record_id record;

    friend bool operator==(const event_reference&, const event_reference&) = default;
};

struct weighted_time {
    instant occurred_at{};
    std::int64_t weight{1};

    friend bool operator==(const weighted_time&, const weighted_time&) = default;
    friend auto operator<=>(const weighted_time&, const weighted_time&) = default;
};

struct fact {
    std::uint64_t count{0};
    std::int64_t weight{0};
    instant first_at{};
    event_reference last;
    std::optional<event_reference> last_live;  // not historical: what a rule may start from
    std::vector<weighted_time> newest;         // descending

    friend bool operator==(const fact&, const fact&) = default;
};

using user_facts = std::map<std::uint32_t, fact>;  // by fact id

// `keep` of the newest.
void fold(fact& fact, const occurrence& seen, std::size_t keep);

}  // namespace vf::facts
