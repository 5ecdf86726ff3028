// What write_ingest.cpp says of users: one statement for those that are new, one for those that are
// known. Array parameters are columns.
#pragma once

#include <string_view>

namespace vf::normaliser::sql {

// After the lock, so that it is the latest.
inline constexpr std::string_view select_identified =
    "SELECT user_id, identified_at FROM users WHERE user_id = ANY ($1::bigint[])";

inline constexpr std::string_view insert_users =
    "INSERT INTO users (project_id, external_user_id, email, name, plan, company, role,"
    "                   signup_date, traits, first_seen_at, last_seen_at, identified_at)"
    " SELECT n.project_id, n.external_user_id, n.columns ->> 'email', n.columns ->> 'name',"
    "        n.columns ->> 'plan', n.columns ->> 'company', n.columns ->> 'role',"
    "        n.columns ->> 'signup_date', n.traits, n.first_seen_at, n.last_seen_at,"
    "        n.identified_at"
    " FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::jsonb[], $5::timestamptz[],"
    "             $6::timestamptz[], $7::timestamptz[])"
    "      AS n (project_id, external_user_id, columns, traits, first_seen_at, last_seen_at,"
    "            identified_at)"
    " RETURNING project_id, external_user_id, user_id";

inline constexpr std::string_view insert_due =
    "INSERT INTO user_due (user_id, project_id, next_eval_at)"
    " SELECT n.user_id, n.project_id, '-infinity'"
    " FROM unnest($1::bigint[], $2::text[]) AS n (user_id, project_id)";

inline constexpr std::string_view update_users =
    "UPDATE users u SET"
    "  email = CASE WHEN n.columns ? 'email' THEN n.columns ->> 'email'"
    "               ELSE coalesce(u.email, n.fill_columns ->> 'email') END,"
    "  name = CASE WHEN n.columns ? 'name' THEN n.columns ->> 'name'"
    "              ELSE coalesce(u.name, n.fill_columns ->> 'name') END,"
    "  plan = CASE WHEN n.columns ? 'plan' THEN n.columns ->> 'plan'"
    "              ELSE coalesce(u.plan, n.fill_columns ->> 'plan') END,"
    "  company = CASE WHEN n.columns ? 'company' THEN n.columns ->> 'company'"
    "                 ELSE coalesce(u.company, n.fill_columns ->> 'company') END,"
    "  role = CASE WHEN n.columns ? 'role' THEN n.columns ->> 'role'"
    "              ELSE coalesce(u.role, n.fill_columns ->> 'role') END,"
    "  signup_date = CASE WHEN n.columns ? 'signup_date' THEN n.columns ->> 'signup_date'"
    "                     ELSE coalesce(u.signup_date, n.fill_columns ->> 'signup_date') END,"
    "  traits = ((n.fill_traits || u.traits) || n.traits)"
    "           - ARRAY (SELECT jsonb_array_elements_text(n.cleared)),"
    "  first_seen_at = least(u.first_seen_at, n.first_seen_at),"
    "  last_seen_at = greatest(u.last_seen_at, n.last_seen_at),"
    "  identified_at = greatest(u.identified_at, n.identified_at)"
    " FROM unnest($1::bigint[], $2::jsonb[], $3::jsonb[], $4::jsonb[], $5::jsonb[], $6::jsonb[],"
    "             $7::timestamptz[], $8::timestamptz[], $9::timestamptz[])"
    "      AS n (user_id, columns, traits, cleared, fill_columns, fill_traits, first_seen_at,"
    "            last_seen_at, identified_at)"
    " WHERE u.user_id = n.user_id";

}  // namespace vf::normaliser::sql
