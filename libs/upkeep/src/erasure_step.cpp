#include "vf/upkeep/erasure_step.hpp"

namespace vf::upkeep {

namespace {

constexpr std::string_view select_next =
    "SELECT e.id, e.project_id, e.external_user_id, e.person, n.done_at AS user_removed_at, "
    "       n.user_id "
    "FROM erasures e "
    "LEFT JOIN erasure_steps n ON n.erasure_id = e.id AND n.service = 'normaliser' "
    "WHERE coalesce(e.finished_at, 'infinity') = 'infinity' "
    "  AND NOT EXISTS (SELECT FROM erasure_steps s "
    "                  WHERE s.erasure_id = e.id AND s.service = $1) "
    "  AND (n.done_at IS NOT NULL OR NOT $2::boolean) "
    "ORDER BY e.requested_at, e.id LIMIT 1";

// Of two replicas the second waits here and then finds it done.
constexpr std::string_view claim_step =
    "INSERT INTO erasure_steps (erasure_id, service, done_at, rows_removed) "
    "VALUES ($1, $2, now(), 0) ON CONFLICT DO NOTHING";

constexpr std::string_view finish_step =
    "UPDATE erasure_steps SET done_at = clock_timestamp(), rows_removed = $3, user_id = $4 "
    "WHERE erasure_id = $1 AND service = $2";

std::optional<erasure> find_next(postgres::transaction& tx, const erasure_step& step) {
    const auto params = postgres::params{}.text(step.service).boolean(step.after_normaliser);
    const auto found = tx.query(select_next, params);
    if (found.empty()) {
        return std::nullopt;
    }
    const auto& row = found.front();
    return erasure{
        .id = row.text("id"),
        .project = row.text("project_id"),
        .external_user = row.text("external_user_id"),
        .person = row.bytes("person"),
        .user_removed_at = row.optional_timestamp("user_removed_at"),
        .user_id = row.optional_integer("user_id"),
    };
}

}  // namespace

bool erase_next(postgres::transaction& tx, const erasure_step& step) {
    const auto next = find_next(tx, step);
    if (!next) {
        return false;
    }
    if (step.statement_timeout) {
        tx.limit_statements(*step.statement_timeout);
    }
    if (tx.execute(claim_step, postgres::params{}.text(next->id).text(step.service)) == 0) {
        return true;
    }
    const removal removed = step.remove(tx, *next);
    tx.execute(
        finish_step, postgres::params{}
                         .text(next->id)
                         .text(step.service)
                         .integer(removed.rows)
                         .integer(removed.user_id)
    );
    return true;
}

}  // namespace vf::upkeep
