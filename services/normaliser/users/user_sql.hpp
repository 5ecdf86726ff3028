// What write_users.cpp and write_facts.cpp say of users: one statement for those that are new, one
// for those that are known. Array parameters are columns.
#pragma once

#include <string_view>

namespace vf::normaliser::sql {

// After the lock, so that it is the latest.
inline constexpr std::string_view select_stamps =
    "SELECT user_id, stamps::text FROM users WHERE user_id = ANY ($1::bigint[])";

inline constexpr std::string_view insert_users =
    "INSERT INTO users (project_id, external_user_id, email, name, plan, company, role,"
    "                   signup_date, timezone, stage, billing_interval, mrr_cents, trial_ends_at,"
    "                   access_ends_at, traits, stamps, identified_at)"
    " SELECT n.project_id, n.external_user_id, r.email, r.name, r.plan, r.company, r.role,"
    "        r.signup_date, r.timezone, coalesce(r.stage, 'lead'), r.billing_interval,"
    "        r.mrr_cents, r.trial_ends_at, r.access_ends_at, n.traits, n.stamps, n.identified_at"
    " FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::jsonb[], $5::jsonb[],"
    "             $6::timestamptz[])"
    "      AS n (project_id, external_user_id, columns, traits, stamps, identified_at)"
    " CROSS JOIN LATERAL jsonb_populate_record(NULL::users, n.columns) AS r"
    " RETURNING project_id, external_user_id, user_id";

inline constexpr std::string_view insert_due =
    "INSERT INTO user_due (user_id, project_id, next_eval_at)"
    " SELECT n.user_id, n.project_id, '-infinity'"
    " FROM unnest($1::bigint[], $2::text[]) AS n (user_id, project_id)";

// A column that is not in `columns` stays as it is.
inline constexpr std::string_view update_users =
    "UPDATE users u SET"
    "  (email, name, plan, company, role, signup_date, timezone, stage, billing_interval,"
    "   mrr_cents, trial_ends_at, access_ends_at)"
    "  = (SELECT r.email, r.name, r.plan, r.company, r.role, r.signup_date, r.timezone,"
    "            coalesce(r.stage, 'lead'), r.billing_interval, r.mrr_cents, r.trial_ends_at,"
    "            r.access_ends_at FROM jsonb_populate_record(u, n.columns) AS r),"
    "  traits = (u.traits - ARRAY (SELECT jsonb_array_elements_text(n.cleared))) || n.traits,"
    "  stamps = n.stamps,"
    "  identified_at = greatest(u.identified_at, n.identified_at)"
    " FROM unnest($1::bigint[], $2::jsonb[], $3::jsonb[], $4::jsonb[], $5::jsonb[],"
    "             $6::timestamptz[])"
    "      AS n (user_id, columns, traits, cleared, stamps, identified_at)"
    " WHERE u.user_id = n.user_id";

inline constexpr std::string_view select_facts =
    "SELECT user_id, facts FROM user_facts WHERE user_id = ANY ($1::bigint[])";

inline constexpr std::string_view insert_facts =
    "INSERT INTO user_facts (user_id, first_seen_at, last_seen_at, facts)"
    " SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::bytea[])";

// Facts that are NULL stay as they are.
inline constexpr std::string_view update_facts =
    "UPDATE user_facts f SET first_seen_at = least(f.first_seen_at, n.first_seen_at),"
    "                        last_seen_at = greatest(f.last_seen_at, n.last_seen_at),"
    "                        facts = coalesce(n.facts, f.facts)"
    " FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::bytea[])"
    "      AS n (user_id, first_seen_at, last_seen_at, facts)"
    " WHERE f.user_id = n.user_id";

}  // namespace vf::normaliser::sql
