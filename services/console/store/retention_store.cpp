#include "console/store/retention_store.hpp"

#include <string_view>

#include "console/store/read_rows.hpp"

namespace vf::console {

namespace {

constexpr std::string_view select_plan =
    "SELECT s.days, s.start, count(e.user_id) AS attached,"
    " count(*) FILTER (WHERE e.received_at IS NOT NULL AND e.user_id IS NULL) AS waiting,"
    " min(e.received_at) AS oldest"
    " FROM (SELECT id, d.days, retention_start($3::timestamptz, d.days) AS start FROM projects"
    "       CROSS JOIN LATERAL (SELECT coalesce($2::bigint, retention_days::bigint) AS days) AS d"
    "       WHERE id = $1) AS s"
    " LEFT JOIN project_numbers p ON p.project_id = s.id"
    " LEFT JOIN event_rows e ON e.project = p.number AND e.received_at < s.start"
    " GROUP BY s.days, s.start";

retention_plan read_plan(const postgres::row& row) {
    return {
        .days = row.optional_integer("days").value_or(0),
        .before = row.optional_timestamp("start").value_or(instant{}),
        .events = row.integer("attached"),
        .waiting = row.integer("waiting"),
        .oldest = row.optional_timestamp("oldest"),
    };
}

}  // namespace

std::optional<retention_plan> plan_retention(
    postgres::transaction& tx, const std::string& project, std::optional<std::int64_t> days,
    instant now
) {
    postgres::params params;
    params.text(project).integer(days).timestamp(now);
    return read_first(tx.query(select_plan, params), read_plan);
}

}  // namespace vf::console
