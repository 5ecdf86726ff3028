#include "vf/facts/facts.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

namespace vf::facts {

namespace {

bool is_later(const occurrence& seen, const event_reference& reference) {
    return std::tie(seen.occurred_at, seen.record.bytes) >
           std::tie(reference.occurred_at, reference.record.bytes);
}

}  // namespace

void fold(fact& fact, const occurrence& seen, std::size_t keep) {
    const bool first = fact.count == 0;
    ++fact.count;
    fact.weight += seen.weight;
    fact.first_at = first ? seen.occurred_at : std::min(fact.first_at, seen.occurred_at);
    if (first || is_later(seen, fact.last)) {
        fact.last = {seen.occurred_at, seen.record};
    }
    if (!seen.historical && (!fact.last_live || is_later(seen, *fact.last_live))) {
        fact.last_live = {seen.occurred_at, seen.record};
    }
    const weighted_time one{seen.occurred_at, seen.weight};
    fact.newest.insert(std::ranges::upper_bound(fact.newest, one, std::greater<>{}), one);
    fact.newest.resize(std::min(fact.newest.size(), keep));
}

}  // namespace vf::facts
