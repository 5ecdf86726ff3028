#include "console/store/rule_store.hpp"

#include "console/api/listing.hpp"

namespace vf::console {

namespace {

rule_row read_rule(const postgres::row& row) {
    return {row.text(0), row.text(1), row.text(2),        row.text(3),
            row.text(4), row.text(5), row.optional_at(6), row.at(7)};
}

std::optional<rule_row> first_rule(const postgres::rows& found) {
    if (found.empty()) {
        return std::nullopt;
    }
    return read_rule(found.front());
}

}  // namespace

void insert_rule(postgres::transaction& in, const rule_row& row) {
    postgres::params with;
    with.text(row.id).text(row.project).text(row.kind).text(row.preset).text(row.params);
    with.text(row.state).at(row.active_from).at(row.created_at);
    in.execute(
        "INSERT INTO rules"
        " (id, project_id, kind, preset, params, state, active_from, created_at)"
        " VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8)",
        with
    );
}

slice<rule_row> list_rules(
    postgres::transaction& in, const std::string& project, const page& wanted
) {
    listing rows{
        "SELECT id, project_id, kind, preset, params::text, state, active_from, created_at"
        " FROM rules WHERE project_id = $1",
        std::move(postgres::params{}.text(project)), 1
    };
    std::vector<rule_row> made;
    for (const auto& row : rows.newest_first(in, {"created_at", "id"}, wanted)) {
        made.push_back(read_rule(row));
    }
    return cut(std::move(made), wanted.limit);
}

std::optional<rule_row> activate_rule(
    postgres::transaction& in, const std::string& project, const std::string& id, instant now
) {
    postgres::params with;
    with.text(project).text(id).at(now);
    return first_rule(in.query(
        "UPDATE rules SET state = 'active',"
        " active_from = CASE WHEN state = 'active' THEN active_from ELSE $3::timestamptz END,"
        " version = version + CASE WHEN state = 'active' THEN 0 ELSE 1 END"
        " WHERE project_id = $1 AND id = $2 RETURNING"
        " id, project_id, kind, preset, params::text, state, active_from, created_at",
        with
    ));
}

std::optional<rule_row> pause_rule(
    postgres::transaction& in, const std::string& project, const std::string& id
) {
    postgres::params with;
    with.text(project).text(id);
    return first_rule(in.query(
        "UPDATE rules SET state = 'paused',"
        " version = version + CASE WHEN state = 'paused' THEN 0 ELSE 1 END"
        " WHERE project_id = $1 AND id = $2 RETURNING"
        " id, project_id, kind, preset, params::text, state, active_from, created_at",
        with
    ));
}

}  // namespace vf::console
