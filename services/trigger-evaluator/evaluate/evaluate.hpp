// One user against the rules of the project: what fires now, why the rest does not, and when the
// user must be looked at again. Pure, total, without exceptions; any thread.
//
// Gates, in this order: the user may be written to; the rule is active and the occurrence ripened
// after it became so; it has not fired; it is ripe; it is not stale; the cooldown is over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trigger-evaluator/evaluate/rule.hpp"
#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"

namespace vf::trigger_evaluator {

// What the ledger says of one rule and user.
struct fired_before {
    bool this_occurrence{false};
    std::optional<instant> last_at;
};

// A rule and what it has to go by.
struct rule_input {
    trigger_evaluator::rule rule;
    std::optional<trigger_evaluator::occurrence> occurrence{};
    fired_before ledger{};
};

// Whether the user may be written to, as the normaliser keeps it in users.status.
enum class user_status : std::uint8_t { unsubscribed, suppressed, paused, no_email, active };

// Nothing for a text that is none.
[[nodiscard]] std::optional<user_status> read_status(std::string_view name);

struct user_input {
    std::int64_t user_id{0};
    domain::project_id project;
    domain::external_user_id external_user;
    user_status status{user_status::active};
    user_facts facts{};
    std::vector<rule_input> rules{};
};

enum class verdict {
    fires,
    no_occurrence,
    unsubscribed,
    suppressed,
    paused,
    no_email,
    before_activation,
    already_fired,
    not_ripe,
    stale,
    cooldown,
};

inline constexpr std::size_t verdict_count = 11;

// The stable reason code.
[[nodiscard]] std::string_view reason_of(verdict verdict);

struct fire {
    domain::rule_id rule;
    std::string preset;
    std::int64_t rule_version{0};
    trigger_evaluator::occurrence occurrence;
};

struct decision {
    std::vector<fire> fires;
    std::vector<verdict> verdicts;  // one for each rule, in their order
    instant due{};                  // `never` when only a change of facts can matter
};

// What the facts come to for each rule; the ledger is looked up by it before `evaluate`.
void find_occurrences(user_input& user);

[[nodiscard]] decision evaluate(user_input user, instant timestamp);

}  // namespace vf::trigger_evaluator
