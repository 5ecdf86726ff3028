// What a person, or whoever sends the mail, does with a draft: approve, cancel, sent. Decided here,
// recorded in draft_actions; the evaluator and the matching of mail read it there.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "console/api/api_context.hpp"
#include "console/store/draft_store.hpp"

namespace vf::console {

enum class draft_action { approve, cancel, sent };

struct draft_request {
    draft_action action{draft_action::approve};
    std::optional<std::string> reason;  // cancel requires one
    std::string message_id;             // of sent
    instant sent_at{};                  // of sent
};

// {"reason"?}, nothing at all for approve; {"reason"} for cancel; {"message_id","sent_at"?,
// "reason"?} for sent. Pure.
[[nodiscard]] api_result<draft_request> parse_draft_request(
    draft_action action, std::string text, instant now
);

// Whether there is anything to record; a repeat has the effect already. 409 where the draft, or the
// status of its user, forbids the action. Mail that is out may be recorded of a cancelled draft.
// Pure.
[[nodiscard]] api_result<bool> decide_action(
    const draft_state& state, const draft_request& request
);

[[nodiscard]] std::span<const route> draft_action_routes();

}  // namespace vf::console
