#include "normaliser/ingest/lock_users.hpp"

#include <cstddef>
#include <string_view>
#include <utility>

#include "normaliser/users/due_marks.hpp"

namespace vf::normaliser {

namespace {

constexpr std::string_view select_users =
    "SELECT k.place, u.user_id"
    " FROM unnest($1::text[], $2::text[])"
    "      WITH ORDINALITY AS k (project_id, external_user_id, place)"
    " JOIN users u ON u.project_id = k.project_id"
    "             AND u.external_user_id = k.external_user_id";

// A user nobody has identified has no row to lock. An event of such a user that is written as
// pending must not miss the identify that another lane or replica is writing: so whoever writes an
// event for one shares a lock, and whoever identifies one has it alone. Advisory locks, because
// they leave nothing behind; 4096 of them, because the lock table of the server is small; in
// ascending order, so that two batches never wait for each other.
constexpr std::string_view lock_unknown =
    "SELECT CASE WHEN b.alone THEN pg_advisory_xact_lock(7100, b.bucket)::text"
    "            ELSE pg_advisory_xact_lock_shared(7100, b.bucket)::text END"
    " FROM (SELECT (hashtextextended(k.project_id || ':' || k.external_user_id, 0) & 4095)::integer"
    "                AS bucket,"
    "              bool_or(k.alone) AS alone"
    "       FROM unnest($1::text[], $2::text[], $3::boolean[])"
    "            AS k (project_id, external_user_id, alone)"
    "       GROUP BY 1 ORDER BY 1) AS b";

void set_user_ids(postgres::transaction& tx, const selected_users& selection) {
    const auto ids = find_user_ids(tx, selection);
    for (std::size_t index = 0; index < ids.size(); ++index) {
        if (ids[index]) {
            selection[index]->second.user_id = ids[index];
        }
    }
}

}  // namespace

std::vector<std::optional<std::int64_t>> find_user_ids(
    postgres::transaction& tx, const selected_users& selection
) {
    std::vector<std::optional<std::int64_t>> ids(selection.size());
    postgres::array_parameter projects{"text"};
    postgres::array_parameter users{"text"};
    for (const auto* each : selection) {
        projects.add(each->first.first);
        users.add(each->first.second);
    }
    const auto params = postgres::params{}.array(std::move(projects)).array(std::move(users));
    for (const auto& row : tx.query(select_users, params)) {
        ids[static_cast<std::size_t>(row.integer(0) - 1)] = row.integer(1);
    }
    return ids;
}

void lock_unknown_users(
    postgres::transaction& tx, const user_name_columns& names, const std::vector<bool>& exclusive
) {
    tx.query(
        lock_unknown,
        postgres::params{}.texts(names.projects).texts(names.users).booleans(exclusive)
    );
}

void lock_users(postgres::transaction& tx, user_updates& users) {
    set_user_ids(tx, select(users, [](const user_update&) { return true; }));
    const auto unknown = select(users, [](const user_update& one) { return !one.user_id; });
    if (unknown.empty()) {
        return;
    }
    std::vector<bool> exclusive;
    for (const auto* each : unknown) {
        exclusive.push_back(!each->second.changes.empty());
    }
    lock_unknown_users(tx, name_columns_of(unknown), exclusive);
    // What was written before the lock was ours is seen by the next statement.
    set_user_ids(tx, unknown);
}

void mark_due(postgres::transaction& tx, user_updates& users) {
    const auto selection =
        select(users, [](const user_update& one) { return one.user_id && one.has_records(); });
    if (!selection.empty()) {
        tx.execute(sql::lock_due, postgres::params{}.integers(ids_of(selection)));
    }
}

}  // namespace vf::normaliser
