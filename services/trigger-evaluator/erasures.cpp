#include "trigger-evaluator/erasures.hpp"

#include <string_view>

#include "vf/upkeep/erasure_step.hpp"

namespace vf::trigger_evaluator {

namespace {

constexpr std::int64_t rows_at_once = 2'000;

constexpr std::string_view delete_fires =
    "DELETE FROM fires WHERE ctid = ANY (ARRAY("
    "   SELECT ctid FROM fires WHERE user_id = $1 LIMIT $2::bigint))";

constexpr std::string_view delete_drafts =
    "DELETE FROM drafts WHERE id = ANY (ARRAY("
    "   SELECT id FROM drafts WHERE user_id = $1 AND project_id = $3 AND external_user_id = $4"
    "   LIMIT $2::bigint))";

upkeep::removal remove_fires(postgres::transaction& tx, const upkeep::erasure& erasure) {
    // Without a number there was no user, only what had come for one: nothing was evaluated.
    if (!erasure.user_id) {
        return {.finished = true};
    }
    postgres::params params;
    params.integer(*erasure.user_id).integer(rows_at_once);
    const auto fires = tx.execute(delete_fires, params);
    const auto drafts =
        tx.execute(delete_drafts, params.text(erasure.project).text(erasure.external_user));
    return {.rows = fires + drafts, .finished = fires + drafts == 0};
}

}  // namespace

bool erase_next(postgres::transaction& tx) {
    return upkeep::erase_next(tx, {.service = "trigger-evaluator", .remove = remove_fires});
}

}  // namespace vf::trigger_evaluator
