#include "console/store/rule_store.hpp"

#include "console/api/listing.hpp"

namespace vf::console {

namespace {

rule_row read_rule(const postgres::row& row) {
    return {
        row.text(0),
        row.text(1),
        row.text(2),
        row.text(3),
        row.text(4),
        row.text(5),
        row.optional_timestamp(6),
        row.timestamp(7)
    };
}

std::optional<rule_row> first_rule(const postgres::rows& found) {
    if (found.empty()) {
        return std::nullopt;
    }
    return read_rule(found.front());
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

slice<rule_row> list_rules(
    postgres::transaction& tx, const std::string& project, const page& page
) {
    listing rows{
        "SELECT id, project_id, kind, preset, params::text, state, active_from, created_at"
        " FROM rules WHERE project_id = $1",
        std::move(postgres::params{}.text(project)), 1
    };
    std::vector<rule_row> rule_rows;
    for (const auto& row : rows.newest_first(tx, {"created_at", "id"}, page)) {
        rule_rows.push_back(read_rule(row));
    }
    return cut(std::move(rule_rows), page.limit);
}

std::optional<rule_row> activate_rule(
    postgres::transaction& tx, const std::string& project, const std::string& id, instant now
) {
    postgres::params params;
    params.text(project).text(id).timestamp(now);
    return first_rule(tx.query(
        "UPDATE rules SET state = 'active',"
        " active_from = CASE WHEN state = 'active' THEN active_from ELSE $3::timestamptz END,"
        " version = version + CASE WHEN state = 'active' THEN 0 ELSE 1 END"
        " WHERE project_id = $1 AND id = $2 RETURNING"
        " id, project_id, kind, preset, params::text, state, active_from, created_at",
        params
    ));
}

std::optional<rule_row> pause_rule(
    postgres::transaction& tx, const std::string& project, const std::string& id
) {
    postgres::params params;
    params.text(project).text(id);
    return first_rule(tx.query(
        "UPDATE rules SET state = 'paused',"
        " version = version + CASE WHEN state = 'paused' THEN 0 ELSE 1 END"
        " WHERE project_id = $1 AND id = $2 RETURNING"
        " id, project_id, kind, preset, params::text, state, active_from, created_at",
        params
    ));
}

}  // namespace vf::console
