#include "console/store/rule_store.hpp"

#include <string_view>

#include <fmt/format.h>

#include "console/store/page_query.hpp"

namespace vf::console {

namespace {

constexpr std::string_view rule_columns =
    "id, project_id, kind, preset, params::text AS params, state, active_from, created_at";

rule_row read_rule(const postgres::row& row) {
    return {
        .id = row.text("id"),
        .project = row.text("project_id"),
        .kind = row.text("kind"),
        .preset = row.text("preset"),
        .params = row.text("params"),
        .state = row.text("state"),
        .active_from = row.optional_timestamp("active_from"),
        .created_at = row.timestamp("created_at"),
    };
}

}  // namespace

void insert_rule(postgres::transaction& tx, const rule_row& row) {
    postgres::params params;
    params.text(row.id).text(row.project).text(row.kind).text(row.preset).text(row.params);
    params.text(row.state).timestamp(row.active_from).timestamp(row.created_at);
    tx.execute(
        "INSERT INTO rules"
        " (id, project_id, kind, preset, params, state, active_from, created_at)"
        " VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8)",
        params
    );
}

page<rule_row> list_rules(
    postgres::transaction& tx, const std::string& project, const page_request& paging
) {
    static const std::string select =
        fmt::format("SELECT {} FROM rules WHERE project_id = $1", rule_columns);
    page_query rules{select, std::move(postgres::params{}.text(project)), 1};
    return rules.newest_first(tx, {"created_at", "id"}, paging, read_rule);
}

std::optional<rule_row> activate_rule(
    postgres::transaction& tx, const std::string& project, const std::string& id, instant now
) {
    static const std::string statement = fmt::format(
        "UPDATE rules SET state = 'active',"
        " active_from = CASE WHEN state = 'active' THEN active_from ELSE $3::timestamptz END,"
        " version = version + CASE WHEN state = 'active' THEN 0 ELSE 1 END"
        " WHERE project_id = $1 AND id = $2 RETURNING {}",
        rule_columns
    );
    const auto found =
        tx.query(statement, postgres::params{}.text(project).text(id).timestamp(now));
    return read_first(found, read_rule);
}

std::optional<rule_row> pause_rule(
    postgres::transaction& tx, const std::string& project, const std::string& id
) {
    static const std::string statement = fmt::format(
        "UPDATE rules SET state = 'paused',"
        " version = version + CASE WHEN state = 'paused' THEN 0 ELSE 1 END"
        " WHERE project_id = $1 AND id = $2 RETURNING {}",
        rule_columns
    );
    return read_first(tx.query(statement, postgres::params{}.text(project).text(id)), read_rule);
}

}  // namespace vf::console
