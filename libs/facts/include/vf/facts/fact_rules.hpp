// The facts that are counted, by project and event name, and what one event is for each. Filled by
// whoever reads definitions, then only read: many threads may count with one object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vf/facts/event_predicate.hpp"
#include "vf/facts/facts.hpp"

namespace vf::facts {

struct fact_rule {
    std::uint32_t id{0};
    event_predicate predicate;
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
    // `predicate` as JSON text; one that cannot be read counts nothing.
    void add(
        std::string_view project, std::uint32_t id, std::string_view predicate, std::size_t keep
    );

    // Appends to `occurrences`. The weight of `seen` is left out: the properties, a JSON object,
    // say it.
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

void fold(user_facts& facts, const std::vector<fact_occurrence>& occurrences);

}  // namespace vf::facts
