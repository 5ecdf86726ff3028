#include "console/store/draft_store.hpp"

#include <string_view>

#include <fmt/format.h>

#include "console/store/erasure_store.hpp"
#include "console/store/page_query.hpp"
#include "console/store/user_status.hpp"

namespace vf::console {

namespace {

// What was sent is sent whatever was decided meanwhile; a cancellation, by the evaluator or by a
// person, stands before an approval.
constexpr std::string_view status_now =
    "CASE WHEN a.sent THEN 'sent'"
    " WHEN d.status IN ('sent', 'cancelled', 'failed', 'suppressed') THEN d.status"
    " WHEN a.cancelled THEN 'cancelled'"
    " WHEN a.approved AND d.status = 'pending_review' THEN 'scheduled' ELSE d.status END";

// Three rows of the index at most for each draft.
constexpr std::string_view from_drafts =
    " FROM drafts d LEFT JOIN LATERAL (SELECT bool_or(action = 'sent') AS sent,"
    " bool_or(action = 'cancel') AS cancelled, bool_or(action = 'approve') AS approved,"
    " max(message_id) AS message_id, max(sent_at) AS sent_at FROM draft_actions"
    " WHERE project_id = d.project_id AND draft_id = d.id) a ON true";

const std::string& draft_columns() {
    static const std::string columns = fmt::format(
        "d.id, d.project_id, d.rule_id, d.preset, d.external_user_id, {} AS status_now,"
        " coalesce(a.message_id, d.message_id) AS message, a.sent_at, d.created_at",
        status_now
    );
    return columns;
}

const std::string& select_drafts() {
    static const std::string statement = fmt::format("SELECT {}{}", draft_columns(), from_drafts);
    return statement;
}

draft_row read_draft(const postgres::row& row) {
    return {
        .id = row.text("id"),
        .project = row.text("project_id"),
        .rule = row.text("rule_id"),
        .preset = row.text("preset"),
        .external_user_id = row.text("external_user_id"),
        .status = row.text("status_now"),
        .message_id = row.optional_text("message"),
        .sent_at = row.optional_timestamp("sent_at"),
        .created_at = row.timestamp("created_at"),
    };
}

draft_action_row read_action(const postgres::row& row) {
    return {
        .action = row.text("action"),
        .actor = row.text("actor"),
        .reason = row.optional_text("reason"),
        .acted_at = row.timestamp("acted_at"),
        .message_id = row.optional_text("message_id"),
        .sent_at = row.optional_timestamp("sent_at"),
    };
}

std::optional<std::string> other_draft_of(
    postgres::transaction& tx, const draft_row& draft, const std::string& message_id
) {
    const auto found = tx.query(
        "SELECT draft_id FROM draft_actions"
        " WHERE project_id = $1 AND message_id = $2 AND draft_id <> $3 LIMIT 1",
        postgres::params{}.text(draft.project).text(message_id).text(draft.id)
    );
    return found.empty() ? std::nullopt : std::optional{found.front().text("draft_id")};
}

// Until the end of the transaction; 7305 keeps the names apart from other locks.
void lock_name(postgres::transaction& tx, const std::string& name) {
    tx.query("SELECT pg_advisory_xact_lock(7305, hashtext($1))", postgres::params{}.text(name));
}

}  // namespace

page<draft_row> list_drafts(
    postgres::transaction& tx, const std::string& project, const draft_filter& filter,
    const page_request& paging
) {
    static const std::string select = select_drafts() + " WHERE d.project_id = $1";
    page_query drafts{select, std::move(postgres::params{}.text(project)), 1};
    drafts.equals("d.external_user_id", filter.external_user_id);
    drafts.equals(status_now, filter.status);
    return drafts.newest_first(tx, {"d.created_at", "d.id"}, paging, read_draft);
}

std::optional<draft_row> find_draft(postgres::transaction& tx, const std::string& id) {
    static const std::string statement = select_drafts() + " WHERE d.id = $1";
    return read_first(tx.query(statement, postgres::params{}.text(id)), read_draft);
}

std::optional<draft_row> find_draft(
    postgres::transaction& tx, const std::string& project, const std::string& id
) {
    auto draft = find_draft(tx, id);
    return draft && draft->project == project ? draft : std::nullopt;
}

std::vector<draft_action_row> actions_of_draft(
    postgres::transaction& tx, const std::string& project, const std::string& id
) {
    const auto found = tx.query(
        "SELECT action, actor, reason, acted_at, message_id, sent_at FROM draft_actions"
        " WHERE project_id = $1 AND draft_id = $2 ORDER BY acted_at, action",
        postgres::params{}.text(project).text(id)
    );
    return read_all(found, read_action);
}

std::optional<draft_state> lock_draft(
    postgres::transaction& tx, const std::string& project, const std::string& id,
    const std::optional<std::string>& message_id
) {
    // Whoever erases the draft's user waits for what is written here, or has removed the draft.
    static_cast<void>(hold_erasures(tx));
    lock_name(tx, project + ":" + id);
    if (message_id) {
        lock_name(tx, project + ":" + *message_id);
    }
    static const std::string statement = fmt::format(
        "SELECT {}, d.user_id, {} AS user_status{}"
        " LEFT JOIN users u ON u.user_id = d.user_id WHERE d.id = $1 AND d.project_id = $2",
        draft_columns(), user_status_now, from_drafts
    );
    const auto found = tx.query(statement, postgres::params{}.text(id).text(project));
    if (found.empty()) {
        return std::nullopt;
    }
    draft_state state;
    state.draft = read_draft(found.front());
    state.user_id = found.front().integer("user_id");
    state.user_status = found.front().optional_text("user_status");
    if (message_id) {
        state.sent_as_well = other_draft_of(tx, state.draft, *message_id);
    }
    return state;
}

void insert_action(
    postgres::transaction& tx, const draft_row& draft, const draft_action_row& action
) {
    postgres::params params;
    params.text(draft.project).text(draft.id).text(action.action).text(action.message_id);
    params.timestamp(action.sent_at).text(action.actor).text(action.reason);
    tx.execute(
        "INSERT INTO draft_actions (project_id, draft_id, action, message_id, sent_at, actor,"
        " reason, acted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        " ON CONFLICT DO NOTHING",
        params.timestamp(action.acted_at)
    );
}

std::optional<std::int64_t> find_recipient(
    postgres::transaction& tx, const std::string& project, const std::string& id
) {
    const auto found = tx.query(
        "SELECT user_id FROM drafts WHERE id = $1 AND project_id = $2",
        postgres::params{}.text(id).text(project)
    );
    return found.empty() ? std::nullopt : std::optional{found.front().integer("user_id")};
}

}  // namespace vf::console
