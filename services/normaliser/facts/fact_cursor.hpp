// How far the building of new facts (build_facts.hpp) has come with a user of many events, and what
// it means for an event that is counted meanwhile. Events are built in the order of name, time and
// record: whatever comes at a place that was passed is not met any more, so whoever writes it
// counts it for the fact under construction too. That one lies beside the user's others under an id
// of its own and takes its place when it is whole, so that no rule looks at a half of it. The
// functions of a transaction: pool thread, behind the users' locks.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "normaliser/facts/event_pages.hpp"
#include "vf/facts/fact_rules.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

// No definition has such an id.
[[nodiscard]] constexpr std::uint32_t under_construction(std::uint32_t fact_id) {
    constexpr std::uint32_t bit = 0x8000'0000;
    return fact_id | bit;
}

struct fact_cursor {
    std::vector<std::uint32_t> fact_ids;
    event_place passed;  // the last one that is built

    // Of an event at `place`: adds what it is for facts under construction. `from`: where those of
    // the event begin in `occurrences`.
    void add_passed(
        std::vector<facts::fact_occurrence>& occurrences, std::size_t from, const event_place& place
    ) const;
};

// Of the users that are being built; there is hardly ever one.
[[nodiscard]] std::unordered_map<std::int64_t, fact_cursor> read_fact_cursors(
    postgres::transaction& tx, const std::vector<std::int64_t>& users
);

}  // namespace vf::normaliser
