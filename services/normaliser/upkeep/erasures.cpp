#include "normaliser/upkeep/erasures.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "normaliser/ingest/lock_users.hpp"
#include "vf/crypto/digest.hpp"
#include "vf/upkeep/erasure_step.hpp"

namespace vf::normaliser {

namespace {

// An erasure that ended before the oldest record was received has nothing left to say, unless it
// ended while a batch was under way, which none is for a minute.
constexpr std::string_view select_erased =
    "SELECT e.person, max(e.requested_at) AS requested_at, bool_and(s.done_at IS NOT NULL) AS done"
    " FROM erasures e"
    " LEFT JOIN erasure_steps s ON s.erasure_id = e.id AND s.service = 'normaliser'"
    " WHERE coalesce(e.finished_at, 'infinity')"
    "       >= least($1::timestamptz, now() - interval '1 minute')"
    " GROUP BY e.person";

// What a batch wrote of the user before the row was ours is seen by the next statement.
constexpr std::string_view lock_user =
    "SELECT u.user_id FROM users u JOIN user_due d ON d.user_id = u.user_id"
    " WHERE u.project_id = $1 AND u.external_user_id = $2 FOR UPDATE OF d, u";

constexpr std::string_view delete_waiting =
    "DELETE FROM events WHERE project_id = $1 AND external_user_id = $2 AND user_id IS NULL";

// Whoever writes mail outcomes of the user holds the users row, which is locked by now.
// natural_claims stay, they are digests and keep what is sent again from counting again.
constexpr std::array<std::string_view, 5> delete_of_user{
    "DELETE FROM events WHERE user_id = $1",     "DELETE FROM mail_outcomes WHERE user_id = $1",
    "DELETE FROM user_facts WHERE user_id = $1", "DELETE FROM user_due WHERE user_id = $1",
    "DELETE FROM users WHERE user_id = $1",
};

// Years of one user's events take their time.
constexpr duration statement_timeout = std::chrono::minutes{5};

std::optional<std::int64_t> lock_erased_user(
    postgres::transaction& tx, const std::string& project, const std::string& user
) {
    // In the order of a batch: first who has no row, then the row.
    lock_unknown_users(tx, {{project}, {user}}, {true});
    const auto found = tx.query(lock_user, postgres::params{}.text(project).text(user));
    return found.empty() ? std::nullopt : std::optional{found.front().integer("user_id")};
}

upkeep::removal remove_user(postgres::transaction& tx, const upkeep::erasure& erasure) {
    const auto user_id = lock_erased_user(tx, erasure.project, erasure.external_user);
    upkeep::removal removed{.rows = 0, .user_id = user_id};
    const auto name = postgres::params{}.text(erasure.project).text(erasure.external_user);
    removed.rows += tx.execute(delete_waiting, name);
    if (user_id) {
        for (const auto statement : delete_of_user) {
            removed.rows += tx.execute(statement, postgres::params{}.integer(*user_id));
        }
    }
    return removed;
}

}  // namespace

const erasure* erased_users::find(std::string_view project, std::string_view user) const {
    std::string key{project};
    key += ':';
    key += user;
    const auto found = by_person_.find(crypto::sha256(key));
    return found == by_person_.end() ? nullptr : &found->second;
}

erased_users read_erased(postgres::transaction& tx, instant oldest) {
    erased_users found;
    for (const auto& row : tx.query(select_erased, postgres::params{}.timestamp(oldest))) {
        found.add(row.bytes("person"), {row.timestamp("requested_at"), row.boolean("done")});
    }
    return found;
}

bool erase_next(postgres::transaction& tx) {
    return upkeep::erase_next(
        tx,
        {
            .service = "normaliser",
            .after_normaliser = false,
            .statement_timeout = statement_timeout,
            .remove = remove_user,
        }
    );
}

}  // namespace vf::normaliser
