#include "normaliser/upkeep/end_pauses.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

#include "normaliser/users/permission_lock.hpp"
#include "normaliser/users/write_permissions.hpp"

namespace vf::normaliser {

namespace {

constexpr std::int64_t users_at_once = 500;

constexpr std::string_view select_project =
    "SELECT project_id FROM users"
    " WHERE paused AND paused_until IS NOT NULL AND paused_until <= now()"
    " ORDER BY paused_until LIMIT 1";

// The due marks of whoever is written, as every writer of users has them.
constexpr std::string_view lock_over =
    "SELECT d.user_id FROM user_due d JOIN users u ON u.user_id = d.user_id"
    " WHERE u.paused AND u.paused_until IS NOT NULL AND u.paused_until <= now()"
    "   AND u.project_id = $1"
    " ORDER BY d.user_id LIMIT $2::bigint FOR NO KEY UPDATE OF d";

constexpr std::string_view end_pause =
    "UPDATE users SET paused = false, paused_until = NULL"
    " WHERE user_id = ANY ($1::bigint[]) AND paused_until <= now()";

constexpr std::string_view select_now = "SELECT now() AS started_at";

}  // namespace

bool end_pauses(postgres::transaction& tx) {
    const auto next = tx.query(select_project);
    if (next.empty()) {
        return false;
    }
    const auto project = next.front().text("project_id");
    lock_permissions(tx, {project}, permission_lock::alone);
    std::vector<std::int64_t> users;
    const auto over = postgres::params{}.text(project).integer(users_at_once);
    for (const auto& row : tx.query(lock_over, over)) {
        users.push_back(row.integer("user_id"));
    }
    tx.execute(end_pause, postgres::params{}.integers(users));
    const auto started = tx.query(select_now);
    if (!started.empty()) {
        refresh_status(tx, users, started.front().timestamp("started_at"));
    }
    return !users.empty();
}

}  // namespace vf::normaliser
