#include "project_store.hpp"

#include "listing.hpp"

namespace vf::console {

namespace {

key_row read_key(const postgres::row& row) {
    return {row.text(0), row.text(1), row.text(2), {}, row.text(3), row.at(4), row.optional_at(5)};
}

}  // namespace

bool has_project(postgres::transaction& in, const std::string& id) {
    postgres::params with;
    with.text(id);
    return !in.query("SELECT 1 FROM projects WHERE id = $1", with).empty();
}

void insert_project(postgres::transaction& in, const project_row& row) {
    postgres::params with;
    with.text(row.id).text(row.name).at(row.created_at);
    in.execute("INSERT INTO projects (id, name, created_at) VALUES ($1, $2, $3)", with);
}

slice<project_row> list_projects(postgres::transaction& in, const page& wanted) {
    listing rows{"SELECT id, name, created_at FROM projects WHERE true", {}, 0};
    std::vector<project_row> made;
    for (const auto& row : rows.newest_first(in, {"created_at", "id"}, wanted)) {
        made.push_back({row.text(0), row.text(1), row.at(2)});
    }
    return cut(std::move(made), wanted.limit);
}

void insert_key(postgres::transaction& in, const key_row& row) {
    postgres::params with;
    with.text(row.id).text(row.project).text(row.name).bytes(row.digest);
    with.text(row.last4).at(row.created_at);
    in.execute(
        "INSERT INTO api_keys (id, project_id, name, digest, last4, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        with
    );
}

slice<key_row> list_keys(
    postgres::transaction& in, const std::string& project, const page& wanted
) {
    listing rows{
        "SELECT id, project_id, name, last4, created_at, revoked_at FROM api_keys"
        " WHERE project_id = $1",
        std::move(postgres::params{}.text(project)), 1
    };
    std::vector<key_row> made;
    for (const auto& row : rows.newest_first(in, {"created_at", "id"}, wanted)) {
        made.push_back(read_key(row));
    }
    return cut(std::move(made), wanted.limit);
}

std::optional<key_row> revoke_key(
    postgres::transaction& in, const std::string& project, const std::string& id, instant now
) {
    postgres::params with;
    with.text(project).text(id).at(now);
    const auto found = in.query(
        "UPDATE api_keys SET revoked_at = coalesce(revoked_at, $3)"
        " WHERE project_id = $1 AND id = $2"
        " RETURNING id, project_id, name, last4, created_at, revoked_at",
        with
    );
    if (found.empty()) {
        return std::nullopt;
    }
    return read_key(found.front());
}

void put_postmark(postgres::transaction& in, const postmark_row& row, instant now) {
    postgres::params with;
    with.text(row.project).text(row.username).bytes(row.password_sealed).at(now);
    in.execute(
        "INSERT INTO postmark_credentials (project_id, username, password_sealed, updated_at)"
        " VALUES ($1, $2, $3, $4) ON CONFLICT (project_id) DO UPDATE"
        " SET username = excluded.username, password_sealed = excluded.password_sealed,"
        " updated_at = excluded.updated_at",
        with
    );
}

}  // namespace vf::console
