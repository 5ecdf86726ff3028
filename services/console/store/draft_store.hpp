// Drafts, which the evaluator writes, and what people did with them, which is written here: the two
// make the status that is shown. Pool thread, inside a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "console/store/paging.hpp"
#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::console {

struct draft_row {
    std::string id;
    std::string project;
    std::string rule;
    std::string preset;
    std::string external_user_id;
    std::string status;
    std::optional<std::string> message_id;
    std::optional<instant> sent_at;
    instant created_at{};

    [[nodiscard]] position place() const { return {created_at, id}; }
};

struct draft_filter {
    std::optional<std::string> external_user_id;
    std::optional<std::string> status;
};

[[nodiscard]] page<draft_row> list_drafts(
    postgres::transaction& tx, const std::string& project, const draft_filter& filter,
    const page_request& paging
);
// In whichever project.
[[nodiscard]] std::optional<draft_row> find_draft(postgres::transaction& tx, const std::string& id);
[[nodiscard]] std::optional<draft_row> find_draft(
    postgres::transaction& tx, const std::string& project, const std::string& id
);

// A row of draft_actions: the first of each action stands.
struct draft_action_row {
    std::string action;  // approve, cancel or sent
    std::string actor;
    std::optional<std::string> reason;
    instant acted_at{};
    std::optional<std::string> message_id;  // of sent
    std::optional<instant> sent_at;         // of sent
};

// Oldest first.
[[nodiscard]] std::vector<draft_action_row> actions_of_draft(
    postgres::transaction& tx, const std::string& project, const std::string& id
);

// What an action is decided by.
struct draft_state {
    draft_row draft;
    std::int64_t user_id{0};
    // Of the draft's user; nothing when there is none any more.
    std::optional<std::string> user_status;
    // Another draft of the project that was sent with the message id.
    std::optional<std::string> sent_as_well;
};

// The draft, locked against other actions on it until the end of the transaction, and against the
// erasures that would have to see the action.
[[nodiscard]] std::optional<draft_state> lock_draft(
    postgres::transaction& tx, const std::string& project, const std::string& id,
    const std::optional<std::string>& message_id
);

void insert_action(
    postgres::transaction& tx, const draft_row& draft, const draft_action_row& action
);

// Whom a draft is for; nothing when the project has no such draft.
[[nodiscard]] std::optional<std::int64_t> find_recipient(
    postgres::transaction& tx, const std::string& project, const std::string& id
);

}  // namespace vf::console
