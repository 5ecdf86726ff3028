#include "webhook-dispatcher/erasures.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

#include "vf/crypto/digest.hpp"
#include "vf/json/parse.hpp"

namespace vf::webhook_dispatcher {

namespace {

constexpr std::string_view select_next =
    "SELECT e.id, e.person, n.done_at FROM erasures e "
    "JOIN erasure_steps n ON n.erasure_id = e.id AND n.service = 'normaliser' "
    "WHERE coalesce(e.finished_at, 'infinity') = 'infinity' "
    "  AND NOT EXISTS (SELECT FROM erasure_steps s "
    "                  WHERE s.erasure_id = e.id AND s.service = 'webhook-dispatcher') "
    "ORDER BY e.requested_at, e.id LIMIT 1";

// Of two replicas the second waits here and then finds it done.
constexpr std::string_view claim_step =
    "INSERT INTO erasure_steps (erasure_id, service, done_at, rows_removed) "
    "VALUES ($1, 'webhook-dispatcher', now(), 0) ON CONFLICT DO NOTHING";

constexpr std::string_view select_events =
    "SELECT event_id FROM webhook_events WHERE person = $1::bytea AND created_at <= $2";

// An attempt that is under way finds its lease gone and writes nothing.
constexpr std::string_view delete_deliveries =
    "DELETE FROM deliveries WHERE event_id = ANY($1::text[]) RETURNING id";

constexpr std::string_view delete_attempts =
    "DELETE FROM attempts WHERE delivery_id = ANY($1::text[])";

constexpr std::string_view delete_resends =
    "DELETE FROM delivery_resends WHERE delivery_id = ANY($1::text[])";

constexpr std::string_view delete_events =
    "DELETE FROM webhook_events WHERE event_id = ANY($1::text[])";

constexpr std::string_view finish_step =
    "UPDATE erasure_steps SET done_at = clock_timestamp(), rows_removed = $2 "
    "WHERE erasure_id = $1 AND service = 'webhook-dispatcher'";

std::vector<std::string> first_column(const postgres::rows& rows) {
    std::vector<std::string> values;
    for (const auto& row : rows) {
        values.push_back(row.text(0));
    }
    return values;
}

std::int64_t erase_events(postgres::transaction& tx, const std::vector<std::string>& events) {
    const auto of_events = postgres::params{}.texts(events);
    const auto deliveries = first_column(tx.query(delete_deliveries, of_events));
    const auto of_deliveries = postgres::params{}.texts(deliveries);
    auto removed = static_cast<std::int64_t>(deliveries.size());
    removed += tx.execute(delete_attempts, of_deliveries);
    removed += tx.execute(delete_resends, of_deliveries);
    return removed + tx.execute(delete_events, of_events);
}

}  // namespace

std::optional<std::string> person_of(const wire::webhook_event& event) {
    const auto body = json::parse(event.body);
    const auto* data = body && body->is(json::kind::object) ? body->find("data") : nullptr;
    const auto* user =
        data != nullptr && data->is(json::kind::object) ? data->find("externalUserId") : nullptr;
    if (user == nullptr || !user->is(json::kind::string)) {
        return std::nullopt;
    }
    return crypto::sha256(event.project.text + ":" + user->text);
}

void hold_erasures(postgres::transaction& tx) {
    tx.query("SELECT pg_advisory_xact_lock_shared(7301, 0)");
}

bool erase_next(postgres::transaction& tx) {
    const auto next = tx.query(select_next);
    if (next.empty()) {
        return false;
    }
    const auto id = next.front().text(0);
    if (tx.execute(claim_step, postgres::params{}.text(id)) == 0) {
        return true;
    }
    tx.query("SELECT pg_advisory_xact_lock(7301, 0)");
    postgres::params params;
    params.bytes(next.front().bytes(1)).timestamp(next.front().timestamp(2));
    const auto events = first_column(tx.query(select_events, params));
    const auto removed = events.empty() ? 0 : erase_events(tx, events);
    tx.execute(finish_step, postgres::params{}.text(id).integer(removed));
    return true;
}

}  // namespace vf::webhook_dispatcher
