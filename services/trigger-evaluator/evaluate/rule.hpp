// A rule as it is evaluated, and what it is evaluated against. What all kinds of rules have in
// common stands in `rule`; what is particular to one is its condition. Pure; any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"

namespace vf::trigger_evaluator {

// The latest event of a name that is not historical.
struct last_event {
    domain::record_id record;
    instant occurred_at{};
    instant attached_at{};

    // A clock that runs ahead cannot put an event after the moment we first saw it.
    [[nodiscard]] instant effective_at() const { return std::min(occurred_at, attached_at); }
};

// What is known of one user, as far as the rules of the project look at it.
struct user_facts {
    std::map<std::string, last_event> last_events;  // by name
};

// The one happening a rule may fire for once.
struct occurrence {
    std::string key;                          // in the ledger, and in what ids derive from
    std::optional<domain::record_id> record;  // of the event, when it is one
    instant effective_at{};
    instant ripe_at{};  // the rule may fire from then on
};

// What one kind of rule makes of a user's facts. A kind whose rules look at something new adds it
// to `user_facts`, and here what is to be loaded for it.
class rule_condition {
public:
    virtual ~rule_condition() = default;

    // The events whose latest one is loaded.
    [[nodiscard]] virtual std::vector<std::string> event_names() const = 0;
    // Nothing: there is nothing the rule could fire for.
    [[nodiscard]] virtual std::optional<occurrence> find(const user_facts& facts) const = 0;
};

// `once`: one fire per user for good. `per_occurrence`: one per occurrence key, `cooldown` apart.
enum class refire { once, per_occurrence };

struct rule {
    domain::rule_id id;
    domain::project_id project;
    std::string preset;
    std::shared_ptr<const rule_condition> condition;
    trigger_evaluator::refire refire{trigger_evaluator::refire::per_occurrence};
    duration cooldown{};
    duration fresh_for{};
    // A paused rule never fires, but it may be active by the time an occurrence ripens.
    bool active{false};
    instant active_from{};  // occurrences that ripened at or before this never fire
    std::int64_t version{0};
};

}  // namespace vf::trigger_evaluator
