// The facts that are counted, as the table fact_defs has them now, and what an event is for each.
// Read inside the transaction that folds, after the users are locked: whoever builds a new fact
// from old events (build_facts.hpp) relies on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "normaliser/facts/event_predicate.hpp"
#include "normaliser/facts/facts.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

struct fact_rule {
    std::uint32_t id{0};
    event_predicate occurrences;
    std::size_t keep{1};
};

// What one event is for one fact.
struct fact_occurrence {
    std::uint32_t fact_id{0};
    std::size_t keep{1};
    occurrence seen;
};

class fact_rules {
public:
    // Definitions that cannot be read count nothing.
    void add(std::string_view project, std::uint32_t id, std::string_view leaf, std::size_t keep);

    // `seen` without its weight, which the properties say. Appends to `into`.
    void count(
        std::vector<fact_occurrence>& occurrences, std::string_view project, std::string_view name,
        std::string_view properties, const occurrence& seen
    ) const;

    // The event names that count for anything; sorted.
    [[nodiscard]] std::vector<std::string> names() const;

private:
    // By project and event name.
    std::map<std::string, std::map<std::string, std::vector<fact_rule>, std::less<>>, std::less<>>
        rules_;
};

[[nodiscard]] fact_rules read_fact_rules(
    postgres::transaction& tx, const std::vector<std::string>& projects
);

void fold(facts& facts, const std::vector<fact_occurrence>& occurrences);

}  // namespace vf::normaliser
