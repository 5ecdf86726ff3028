#include "trigger-evaluator/erasures.hpp"

#include <string_view>

#include "vf/upkeep/erasure_step.hpp"

namespace vf::trigger_evaluator {

namespace {

constexpr std::string_view delete_fires = "DELETE FROM fires WHERE user_id = $1";

constexpr std::string_view delete_drafts =
    "DELETE FROM drafts WHERE user_id = $1 AND project_id = $2 AND external_user_id = $3";

upkeep::removal remove_fires(postgres::transaction& tx, const upkeep::erasure& erasure) {
    upkeep::removal removed;
    // Without a number there was no user, only what had come for one: nothing was evaluated.
    if (erasure.user_id) {
        removed.rows += tx.execute(delete_fires, postgres::params{}.integer(*erasure.user_id));
        postgres::params params;
        params.integer(*erasure.user_id).text(erasure.project).text(erasure.external_user);
        removed.rows += tx.execute(delete_drafts, params);
    }
    return removed;
}

}  // namespace

bool erase_next(postgres::transaction& tx) {
    return upkeep::erase_next(tx, {.service = "trigger-evaluator", .remove = remove_fires});
}

}  // namespace vf::trigger_evaluator
