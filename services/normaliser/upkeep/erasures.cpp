#include "normaliser/upkeep/erasures.hpp"

#include <array>
#include <cstdint>
#include <optional>

#include "normaliser/ingest/lock_users.hpp"
#include "vf/crypto/digest.hpp"
#include "vf/upkeep/erasure_step.hpp"

namespace vf::normaliser {

namespace {

// An erasure that ended before the oldest record was received has nothing left to say, unless it
// ended while a batch was under way, which none is for a minute.
constexpr std::string_view select_erased =
    "SELECT e.person, max(e.requested_at) AS requested_at,"
    "       bool_and(p.begun_at IS NOT NULL OR s.done_at IS NOT NULL) AS begun"
    " FROM erasures e"
    " LEFT JOIN erasure_progress p ON p.erasure_id = e.id AND p.service = 'normaliser'"
    " LEFT JOIN erasure_steps s ON s.erasure_id = e.id AND s.service = 'normaliser'"
    " WHERE coalesce(e.finished_at, 'infinity')"
    "       >= least($1::timestamptz, now() - interval '1 minute')"
    " GROUP BY e.person";

// What a batch wrote of the user before the row was ours is seen by the next statement.
constexpr std::string_view lock_user =
    "SELECT u.user_id FROM users u JOIN user_due d ON d.user_id = u.user_id"
    " WHERE u.project_id = $1 AND u.external_user_id = $2 FOR UPDATE OF d, u";

// Three rows: what makes the user one. Whoever writes mail outcomes of the user holds the users
// row, which is locked by now. What is left afterwards bears a number that nobody has any more.
constexpr std::array<std::string_view, 3> delete_user{
    "DELETE FROM user_facts WHERE user_id = $1",
    "DELETE FROM user_due WHERE user_id = $1",
    "DELETE FROM users WHERE user_id = $1",
};

constexpr std::int64_t rows_at_once = 2'000;

// What was received since waits for somebody else.
constexpr std::string_view delete_waiting =
    "DELETE FROM event_rows e USING ("
    "   SELECT project, record_id, received_at FROM event_rows"
    "   WHERE project = (SELECT number FROM project_numbers WHERE project_id = $1)"
    "     AND external_user_id = $2 AND user_id IS NULL AND received_at <= $3"
    "   LIMIT $4::bigint) AS w"
    " WHERE e.project = w.project AND e.record_id = w.record_id"
    "   AND e.received_at = w.received_at AND e.user_id IS NULL";

// natural_claims stay, they are digests and keep what is sent again from counting again.
constexpr std::string_view delete_events =
    "DELETE FROM event_rows e USING ("
    "   SELECT project, record_id, received_at FROM event_rows WHERE user_id = $1"
    "   LIMIT $2::bigint) AS w"
    " WHERE e.project = w.project AND e.record_id = w.record_id"
    "   AND e.received_at = w.received_at";

constexpr std::string_view delete_outcomes =
    "DELETE FROM mail_outcomes WHERE ctid = ANY (ARRAY("
    "   SELECT ctid FROM mail_outcomes WHERE user_id = $1 LIMIT $2::bigint))";

constexpr std::string_view delete_messages =
    "DELETE FROM mail_messages WHERE ctid = ANY (ARRAY("
    "   SELECT ctid FROM mail_messages WHERE user_id = $1 LIMIT $2::bigint))";

std::optional<std::int64_t> lock_erased_user(
    postgres::transaction& tx, const std::string& project, const std::string& user
) {
    // In the order of a batch: first who has no row, then the row.
    lock_unknown_users(tx, {{project}, {user}}, {true});
    const auto found = tx.query(lock_user, postgres::params{}.text(project).text(user));
    return found.empty() ? std::nullopt : std::optional{found.front().integer("user_id")};
}

upkeep::beginning remove_user(postgres::transaction& tx, const upkeep::erasure& erasure) {
    upkeep::beginning done;
    done.user_id = lock_erased_user(tx, erasure.project, erasure.external_user);
    if (done.user_id) {
        for (const auto statement : delete_user) {
            done.rows += tx.execute(statement, postgres::params{}.integer(*done.user_id));
        }
    }
    return done;
}

upkeep::removal remove_events(postgres::transaction& tx, const upkeep::erasure& erasure) {
    postgres::params waiting;
    waiting.text(erasure.project).text(erasure.external_user).timestamp(erasure.requested_at);
    upkeep::removal removed;
    removed.rows += tx.execute(delete_waiting, waiting.integer(rows_at_once));
    if (erasure.user_id) {
        const auto of_user = postgres::params{}.integer(*erasure.user_id).integer(rows_at_once);
        removed.rows += tx.execute(delete_events, of_user);
        removed.rows += tx.execute(delete_outcomes, of_user);
        removed.rows += tx.execute(delete_messages, of_user);
    }
    removed.finished = removed.rows == 0;
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
        found.add(row.bytes("person"), {row.timestamp("requested_at"), row.boolean("begun")});
    }
    return found;
}

bool erase_next(postgres::transaction& tx) {
    return upkeep::erase_next(
        tx,
        {
            .service = "normaliser",
            .after_normaliser = false,
            .begin = remove_user,
            .remove = remove_events,
        }
    );
}

}  // namespace vf::normaliser
