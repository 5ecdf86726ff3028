#include "normaliser/facts/fact_cursor.hpp"

#include <algorithm>
#include <string_view>

namespace vf::normaliser {

namespace {

constexpr std::string_view select_cursors =
    "SELECT c.user_id, c.name, c.occurred_at, c.record_id, f.fact_id FROM fact_cursors c"
    " CROSS JOIN LATERAL unnest(c.fact_ids) AS f (fact_id)"
    " WHERE c.user_id = ANY ($1::bigint[])";

}  // namespace

void fact_cursor::add_passed(
    std::vector<facts::fact_occurrence>& occurrences, std::size_t from, const event_place& place
) const {
    if (passed < place) {
        return;
    }
    const std::size_t end = occurrences.size();
    for (std::size_t index = from; index < end; ++index) {
        auto one = occurrences[index];
        if (std::ranges::find(fact_ids, one.fact_id) != fact_ids.end()) {
            one.fact_id = under_construction(one.fact_id);
            occurrences.push_back(one);
        }
    }
}

std::unordered_map<std::int64_t, fact_cursor> read_fact_cursors(
    postgres::transaction& tx, const std::vector<std::int64_t>& users
) {
    std::unordered_map<std::int64_t, fact_cursor> found;
    if (users.empty()) {
        return found;
    }
    for (const auto& row : tx.query(select_cursors, postgres::params{}.integers(users))) {
        auto& cursor = found[row.integer("user_id")];
        cursor.passed = read_place(row);
        cursor.fact_ids.push_back(static_cast<std::uint32_t>(row.integer("fact_id")));
    }
    return found;
}

}  // namespace vf::normaliser
