#include "trigger-evaluator/erasures.hpp"

#include <cstdint>
#include <string_view>

namespace vf::trigger_evaluator {

namespace {

constexpr std::string_view select_next =
    "SELECT e.id, e.project_id, e.external_user_id, n.user_id FROM erasures e "
    "JOIN erasure_steps n ON n.erasure_id = e.id AND n.service = 'normaliser' "
    "WHERE coalesce(e.finished_at, 'infinity') = 'infinity' "
    "  AND NOT EXISTS (SELECT FROM erasure_steps s "
    "                  WHERE s.erasure_id = e.id AND s.service = 'trigger-evaluator') "
    "ORDER BY e.requested_at, e.id LIMIT 1";

// Of two replicas the second waits here and then finds it done.
constexpr std::string_view claim_step =
    "INSERT INTO erasure_steps (erasure_id, service, done_at, rows_removed) "
    "VALUES ($1, 'trigger-evaluator', now(), 0) ON CONFLICT DO NOTHING";

constexpr std::string_view delete_fires = "DELETE FROM fires WHERE user_id = $1";

constexpr std::string_view delete_drafts =
    "DELETE FROM drafts WHERE user_id = $1 AND project_id = $2 AND external_user_id = $3";

constexpr std::string_view finish_step =
    "UPDATE erasure_steps SET done_at = clock_timestamp(), rows_removed = $2 "
    "WHERE erasure_id = $1 AND service = 'trigger-evaluator'";

}  // namespace

bool erase_next(postgres::transaction& tx) {
    const auto next = tx.query(select_next);
    if (next.empty()) {
        return false;
    }
    const auto& erasure = next.front();
    const auto id = erasure.text(0);
    if (tx.execute(claim_step, postgres::params{}.text(id)) == 0) {
        return true;
    }
    // Without a number there was no user, only what had come for one: nothing was evaluated.
    const auto user = erasure.optional_integer(3);
    std::int64_t removed = 0;
    if (user) {
        removed += tx.execute(delete_fires, postgres::params{}.integer(*user));
        postgres::params params;
        params.integer(*user).text(erasure.text(1)).text(erasure.text(2));
        removed += tx.execute(delete_drafts, params);
    }
    tx.execute(finish_step, postgres::params{}.text(id).integer(removed));
    return true;
}

}  // namespace vf::trigger_evaluator
