#include "normaliser/users/write_permissions.hpp"

#include <set>
#include <string>
#include <string_view>

#include "normaliser/users/due_marks.hpp"
#include "normaliser/users/read_suppressions.hpp"
#include "vf/postgres/columns.hpp"

namespace vf::normaliser {

namespace {

constexpr postgres::columns<permission_row, 6> columns_of_permission{{
    {"user_id", "bigint", [](const permission_row& one) { return one.user_id; }},
    {"opted_out", "boolean", [](const permission_row& one) { return one.permission.opted_out; }},
    {"complained", "boolean", [](const permission_row& one) { return one.permission.complained; }},
    {"paused", "boolean", [](const permission_row& one) { return one.permission.paused; }},
    {"paused_until", "timestamptz",
     [](const permission_row& one) { return one.permission.paused_until; }},
    {"status", "text", [](const permission_row& one) { return name_of(one.status); }},
}};

const std::string& update_permissions() {
    static const std::string statement =
        "UPDATE users u SET opted_out = n.opted_out, complained = n.complained,"
        " paused = n.paused, paused_until = n.paused_until, status = n.status,"
        " subscribed = n.status <> 'unsubscribed' FROM " +
        postgres::unnest(columns_of_permission) + " AS n (" +
        postgres::names(columns_of_permission) + ") WHERE u.user_id = n.user_id";
    return statement;
}

constexpr std::string_view select_permissions =
    "SELECT user_id, project_id, coalesce(email, '') AS email, opted_out, complained, paused,"
    "       paused_until, status"
    " FROM users WHERE user_id = ANY ($1::bigint[])";

std::vector<address_name> addresses_of(const postgres::rows& users) {
    std::set<address_name> names;
    for (const auto& row : users) {
        if (const auto email = row.text("email"); !email.empty()) {
            names.insert(name_of_address(row.text("project_id"), email));
        }
    }
    return {names.begin(), names.end()};
}

}  // namespace

void write_permissions(postgres::transaction& tx, const std::vector<permission_row>& rows) {
    if (rows.empty()) {
        return;
    }
    std::vector<std::int64_t> users;
    for (const auto& row : rows) {
        users.push_back(row.user_id);
    }
    tx.execute(sql::lock_due, postgres::params{}.integers(users));
    tx.execute(update_permissions(), postgres::bind(columns_of_permission, rows));
}

void refresh_status(
    postgres::transaction& tx, const std::vector<std::int64_t>& users, instant now
) {
    if (users.empty()) {
        return;
    }
    const auto found = tx.query(select_permissions, postgres::params{}.integers(users));
    const auto suppressed = read_suppressions(tx, addresses_of(found));
    std::vector<permission_row> changed;
    for (const auto& row : found) {
        const auto email = row.text("email");
        permission_row one{row.integer("user_id"), {}, {}};
        one.permission = {
            .has_email = !email.empty(),
            .opted_out = row.boolean("opted_out"),
            .complained = row.boolean("complained"),
            .paused = row.boolean("paused"),
            .paused_until = row.optional_timestamp("paused_until"),
        };
        const auto causes = causes_of(suppressed, row.text("project_id"), email);
        one.status = status_of(one.permission, causes, now);
        if (name_of(one.status) != row.text("status")) {
            changed.push_back(std::move(one));
        }
    }
    write_permissions(tx, changed);
}

}  // namespace vf::normaliser
