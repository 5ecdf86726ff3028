#include "normaliser/users/user_sql.hpp"

#include "normaliser/users/user_columns.hpp"
#include "normaliser/users/user_rows.hpp"

namespace vf::normaliser::sql {

const std::string& insert_users() {
    static const std::string statement =
        "INSERT INTO users (project_id, external_user_id, " + user_column_names() +
        ", status, traits, stamps, identified_at)"
        " SELECT n.project_id, n.external_user_id, " +
        user_column_values("r") +
        ", CASE WHEN r.email IS NULL THEN 'no_email' ELSE 'active' END,"
        " n.traits, n.stamps, n.identified_at FROM " +
        postgres::unnest(columns_of_new_user) + " AS n (" + postgres::names(columns_of_new_user) +
        ")"
        " CROSS JOIN LATERAL jsonb_populate_record(NULL::users, n.columns) AS r"
        " RETURNING project_id, external_user_id, user_id, email";
    return statement;
}

const std::string& update_users() {
    static const std::string statement =
        "UPDATE users u SET (" + user_column_names() + ") = (SELECT " + user_column_values("r") +
        " FROM jsonb_populate_record(u, n.columns) AS r),"
        " traits = (u.traits - ARRAY (SELECT jsonb_array_elements_text(n.cleared))) || n.traits,"
        " stamps = n.stamps,"
        " identified_at = greatest(u.identified_at, n.identified_at)"
        " FROM " +
        postgres::unnest(columns_of_changed_user) + " AS n (" +
        postgres::names(columns_of_changed_user) + ") WHERE u.user_id = n.user_id";
    return statement;
}

}  // namespace vf::normaliser::sql
