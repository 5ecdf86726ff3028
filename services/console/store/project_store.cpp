#include "console/store/project_store.hpp"

#include <string_view>

#include <fmt/format.h>

#include "console/store/page_query.hpp"

namespace vf::console {

namespace {

constexpr std::string_view key_columns =
    "id, project_id, name, last4, created_at, revoked_at,"
    " (SELECT used_at FROM api_key_uses u WHERE u.key_id = api_keys.id) AS last_used_at";

constexpr std::string_view project_columns =
    "id, name, created_at, limit_single, limit_batch, limit_bulk, require_idempotency_key,"
    " retention_days";

key_row read_key(const postgres::row& row) {
    return {
        .id = row.text("id"),
        .project = row.text("project_id"),
        .name = row.text("name"),
        .digest = {},
        .last4 = row.text("last4"),
        .created_at = row.timestamp("created_at"),
        .revoked_at = row.optional_timestamp("revoked_at"),
        .last_used_at = row.optional_timestamp("last_used_at"),
    };
}

project_row read_project(const postgres::row& row) {
    return {
        .id = row.text("id"),
        .name = row.text("name"),
        .created_at = row.timestamp("created_at"),
        .limits =
            {.single = row.optional_integer("limit_single"),
             .batch = row.optional_integer("limit_batch"),
             .bulk = row.optional_integer("limit_bulk")},
        .require_idempotency_key = row.boolean("require_idempotency_key"),
        .retention_days = row.optional_integer("retention_days"),
    };
}

// Two parameters: whether it changes, and to what.
void add_change(postgres::params& params, const std::optional<std::optional<std::int64_t>>& limit) {
    params.boolean(limit.has_value()).integer(limit.value_or(std::nullopt));
}

}  // namespace

bool has_project(postgres::transaction& tx, const std::string& id) {
    postgres::params params;
    params.text(id);
    return !tx.query("SELECT 1 FROM projects WHERE id = $1", params).empty();
}

void insert_project(postgres::transaction& tx, const project_row& row) {
    postgres::params params;
    params.text(row.id).text(row.name).timestamp(row.created_at);
    tx.execute("INSERT INTO projects (id, name, created_at) VALUES ($1, $2, $3)", params);
    tx.query("SELECT make_default_facts($1)", postgres::params{}.text(row.id));
}

page<project_row> list_projects(postgres::transaction& tx, const page_request& paging) {
    page_query projects{fmt::format("SELECT {} FROM projects WHERE true", project_columns), {}, 0};
    return projects.newest_first(tx, {"created_at", "id"}, paging, read_project);
}

std::optional<project_row> find_project(postgres::transaction& tx, const std::string& id) {
    const auto found = tx.query(
        fmt::format("SELECT {} FROM projects WHERE id = $1", project_columns),
        postgres::params{}.text(id)
    );
    return read_first(found, read_project);
}

std::optional<project_row> change_project(
    postgres::transaction& tx, const std::string& id, const project_change& change
) {
    postgres::params params;
    params.text(id).text(change.name);
    add_change(params, change.single);
    add_change(params, change.batch);
    add_change(params, change.bulk);
    params.boolean(change.require_idempotency_key.has_value());
    params.boolean(change.require_idempotency_key.value_or(false));
    add_change(params, change.retention_days);
    const auto found = tx.query(
        fmt::format(
            "UPDATE projects SET name = coalesce($2, name),"
            " limit_single = CASE WHEN $3 THEN $4 ELSE limit_single END,"
            " limit_batch = CASE WHEN $5 THEN $6 ELSE limit_batch END,"
            " limit_bulk = CASE WHEN $7 THEN $8 ELSE limit_bulk END,"
            " require_idempotency_key = CASE WHEN $9 THEN $10 ELSE require_idempotency_key END,"
            " retention_days = CASE WHEN $11 THEN $12 ELSE retention_days END"
            " WHERE id = $1 RETURNING {}",
            project_columns
        ),
        params
    );
    return read_first(found, read_project);
}

void insert_key(postgres::transaction& tx, const key_row& row) {
    postgres::params params;
    params.text(row.id).text(row.project).text(row.name).bytes(row.digest);
    params.text(row.last4).timestamp(row.created_at);
    tx.execute(
        "INSERT INTO api_keys (id, project_id, name, digest, last4, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        params
    );
}

page<key_row> list_keys(
    postgres::transaction& tx, const std::string& project, const page_request& paging
) {
    page_query keys{
        fmt::format("SELECT {} FROM api_keys WHERE project_id = $1", key_columns),
        std::move(postgres::params{}.text(project)), 1
    };
    return keys.newest_first(tx, {"created_at", "id"}, paging, read_key);
}

std::optional<key_row> revoke_key(
    postgres::transaction& tx, const std::string& project, const std::string& id, instant now
) {
    postgres::params params;
    params.text(project).text(id).timestamp(now);
    const auto found = tx.query(
        fmt::format(
            "UPDATE api_keys SET revoked_at = coalesce(revoked_at, $3)"
            " WHERE project_id = $1 AND id = $2 RETURNING {}",
            key_columns
        ),
        params
    );
    return read_first(found, read_key);
}

std::optional<key_row> find_key(
    postgres::transaction& tx, const std::string& project, const std::string& id
) {
    const auto found = tx.query(
        fmt::format("SELECT {} FROM api_keys WHERE project_id = $1 AND id = $2", key_columns),
        postgres::params{}.text(project).text(id)
    );
    return read_first(found, read_key);
}

bool is_live_key(postgres::transaction& tx, const std::string& digest) {
    const auto found = tx.query(
        "SELECT FROM api_keys WHERE digest = $1::bytea AND revoked_at IS NULL",
        postgres::params{}.bytes(digest)
    );
    return !found.empty();
}

void put_postmark(postgres::transaction& tx, const postmark_row& row, instant now) {
    postgres::params params;
    params.text(row.project).text(row.username).bytes(row.password_sealed).timestamp(now);
    tx.execute(
        "INSERT INTO postmark_credentials (project_id, username, password_sealed, updated_at)"
        " VALUES ($1, $2, $3, $4) ON CONFLICT (project_id) DO UPDATE"
        " SET username = excluded.username, password_sealed = excluded.password_sealed,"
        " updated_at = excluded.updated_at",
        params
    );
}

}  // namespace vf::console
