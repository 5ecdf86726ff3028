// Which events count for a fact, and for how much. Called by fact_rules, and by whoever checks a
// definition before it is kept. Pure; any thread.
//
// {"event": name | [names], "where": [{"prop": path, "op": op, "value": v}]?, "weight": path?}
// A path names members from the outside in, divided by dots, in either spelling. Two-valued: a
// missing path, or a value of another type, makes every operator false but ne, nin and missing.
// Operators: eq ne in nin, lt lte gt gte (numbers), contains starts_with ends_with (texts), is_true
// is_false, exists missing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vf/json/value.hpp"

namespace vf::facts {

enum class comparison {
    eq,
    ne,
    any_of,
    none_of,
    lt,
    lte,
    gt,
    gte,
    contains,
    starts_with,
    ends_with,
    is_true,
    is_false,
    exists,
    missing
};

// A value to compare with; of the kinds that have no value only the kind is kept.
struct operand {
    json::kind kind{json::kind::null};
    std::string text;  // of a string
    double number{0};
    bool boolean{false};
};

struct property_test {
    std::vector<std::string> path;  // in snake_case
    comparison op{comparison::eq};
    std::vector<operand> values;
};

struct event_predicate {
    std::vector<std::string> events;
    std::vector<property_test> where;
    std::vector<std::string> weight;  // path; empty: every event weighs 1
};

// Nothing when it is no predicate.
[[nodiscard]] std::optional<event_predicate> parse_event_predicate(std::string_view json);

// What an event that the predicate names weighs; nothing when it does not count. A weight that is
// missing or no whole number from 0 is 1.
[[nodiscard]] std::optional<std::int64_t> weigh(
    const event_predicate& predicate, const json::value& properties
);

}  // namespace vf::facts
