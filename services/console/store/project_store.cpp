#include "console/store/project_store.hpp"

#include <string_view>

#include <fmt/format.h>

#include "console/api/listing.hpp"

namespace vf::console {

namespace {

constexpr std::string_view key_columns =
    "id, project_id, name, last4, created_at, revoked_at,"
    " (SELECT used_at FROM api_key_uses u WHERE u.key_id = api_keys.id)";

constexpr std::string_view project_columns =
    "id, name, created_at, limit_single, limit_batch, limit_bulk, require_idempotency_key,"
    " retention_days";

key_row read_key(const postgres::row& row) {
    return {
        row.text(0),
        row.text(1),
        row.text(2),
        {},
        row.text(3),
        row.timestamp(4),
        row.optional_timestamp(5),
        row.optional_timestamp(6)
    };
}

project_row read_project(const postgres::row& row) {
    return {row.text(0),
            row.text(1),
            row.timestamp(2),
            {row.optional_integer(3), row.optional_integer(4), row.optional_integer(5)},
            row.boolean(6),
            row.optional_integer(7)};
}

template <class Row>
std::optional<Row> first(const postgres::rows& found, Row (*read)(const postgres::row&)) {
    return found.empty() ? std::nullopt : std::optional{read(found.front())};
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

slice<project_row> list_projects(postgres::transaction& tx, const page& page) {
    listing rows{fmt::format("SELECT {} FROM projects WHERE true", project_columns), {}, 0};
    std::vector<project_row> project_rows;
    for (const auto& row : rows.newest_first(tx, {"created_at", "id"}, page)) {
        project_rows.push_back(read_project(row));
    }
    return cut(std::move(project_rows), page.limit);
}

std::optional<project_row> find_project(postgres::transaction& tx, const std::string& id) {
    const auto found = tx.query(
        fmt::format("SELECT {} FROM projects WHERE id = $1", project_columns),
        postgres::params{}.text(id)
    );
    return first(found, read_project);
}

std::optional<project_row> change_project(
    postgres::transaction& tx, const std::string& id, const project_change& project_change
) {
    postgres::params params;
    params.text(id).text(project_change.name);
    add_change(params, project_change.single);
    add_change(params, project_change.batch);
    add_change(params, project_change.bulk);
    params.boolean(project_change.require_idempotency_key.has_value());
    params.boolean(project_change.require_idempotency_key.value_or(false));
    add_change(params, project_change.retention_days);
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
    return first(found, read_project);
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

slice<key_row> list_keys(postgres::transaction& tx, const std::string& project, const page& page) {
    listing rows{
        fmt::format("SELECT {} FROM api_keys WHERE project_id = $1", key_columns),
        std::move(postgres::params{}.text(project)), 1
    };
    std::vector<key_row> key_rows;
    for (const auto& row : rows.newest_first(tx, {"created_at", "id"}, page)) {
        key_rows.push_back(read_key(row));
    }
    return cut(std::move(key_rows), page.limit);
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
    return first(found, read_key);
}

std::optional<key_row> find_key(
    postgres::transaction& tx, const std::string& project, const std::string& id
) {
    const auto found = tx.query(
        fmt::format("SELECT {} FROM api_keys WHERE project_id = $1 AND id = $2", key_columns),
        postgres::params{}.text(project).text(id)
    );
    return first(found, read_key);
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
