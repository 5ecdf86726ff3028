#include "trigger-evaluator/tick/cancel_drafts.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace vf::trigger_evaluator {

namespace {

// Of somebody who may not be written to any more. What was sent is no draft any more, whether its
// own row says so yet or not.
constexpr std::string_view cancel_pending =
    "UPDATE drafts d SET status = 'cancelled' "
    "FROM unnest($1::bigint[], $2::text[], $3::text[]) AS n(user_id, project_id, external_user_id) "
    "WHERE d.project_id = n.project_id AND d.external_user_id = n.external_user_id "
    "  AND d.user_id = n.user_id AND d.status IN ('pending_review', 'scheduled') "
    "  AND NOT EXISTS (SELECT FROM draft_actions a WHERE a.project_id = d.project_id "
    "                  AND a.draft_id = d.id AND a.action = 'sent')";

}  // namespace

std::size_t cancel_drafts(postgres::transaction& tx, const std::vector<user_input>& users) {
    std::vector<std::int64_t> ids;
    std::vector<std::string> projects, external_users;
    for (const user_input& user : users) {
        if (user.status != user_status::active) {
            ids.push_back(user.user_id);
            projects.push_back(user.project.text);
            external_users.push_back(user.external_user.text);
        }
    }
    if (ids.empty()) {
        return 0;
    }
    const auto params = postgres::params{}.integers(ids).texts(projects).texts(external_users);
    return static_cast<std::size_t>(tx.execute(cancel_pending, params));
}

}  // namespace vf::trigger_evaluator
