#include "webhook-dispatcher/erasures.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "vf/crypto/digest.hpp"
#include "vf/json/parse.hpp"
#include "vf/upkeep/erasure_step.hpp"

namespace vf::webhook_dispatcher {

namespace {

constexpr std::string_view select_events =
    "SELECT event_id FROM webhook_events WHERE person = $1::bytea AND created_at <= $2"
    " LIMIT $3::bigint";

// An attempt that is under way finds its lease gone and writes nothing.
constexpr std::string_view delete_deliveries =
    "DELETE FROM deliveries WHERE event_id = ANY($1::text[]) RETURNING id";

constexpr std::string_view delete_attempts =
    "DELETE FROM attempts WHERE delivery_id = ANY($1::text[])";

constexpr std::string_view delete_resends =
    "DELETE FROM delivery_resends WHERE delivery_id = ANY($1::text[])";

constexpr std::string_view delete_events =
    "DELETE FROM webhook_events WHERE event_id = ANY($1::text[])";

std::vector<std::string> read_column(const postgres::rows& rows, std::string_view column) {
    std::vector<std::string> values;
    for (const auto& row : rows) {
        values.push_back(row.text(column));
    }
    return values;
}

std::int64_t delete_all_of(postgres::transaction& tx, const std::vector<std::string>& events) {
    const auto of_events = postgres::params{}.texts(events);
    const auto deliveries = read_column(tx.query(delete_deliveries, of_events), "id");
    const auto of_deliveries = postgres::params{}.texts(deliveries);
    auto removed = static_cast<std::int64_t>(deliveries.size());
    removed += tx.execute(delete_attempts, of_deliveries);
    removed += tx.execute(delete_resends, of_deliveries);
    return removed + tx.execute(delete_events, of_events);
}

// Whoever was writing webhooks when the erasure came has ended, and may have written some about the
// user; whoever begins from here on sees it.
upkeep::beginning await_writers(postgres::transaction& tx, const upkeep::erasure&) {
    tx.query("SELECT pg_advisory_xact_lock(7301, 0)");
    return {};
}

upkeep::removal remove_webhooks(postgres::transaction& tx, const upkeep::erasure& erasure) {
    constexpr std::int64_t events_at_once = 500;
    postgres::params params;
    params.bytes(erasure.person).timestamp(erasure.user_removed_at);
    params.integer(events_at_once);
    const auto events = read_column(tx.query(select_events, params), "event_id");
    return {
        .rows = events.empty() ? 0 : delete_all_of(tx, events),
        .finished = events.empty(),
    };
}

}  // namespace

std::optional<std::string> person_of(const wire::webhook_event& event) {
    const auto body = json::parse(event.body);
    const auto* data = body ? body->root().find("data") : nullptr;
    const auto* user = data != nullptr ? data->find("externalUserId") : nullptr;
    if (user == nullptr || !user->is(json::kind::string)) {
        return std::nullopt;
    }
    return crypto::sha256(fmt::format("{}:{}", event.project.text, user->text));
}

void hold_erasures(postgres::transaction& tx) {
    tx.query("SELECT pg_advisory_xact_lock_shared(7301, 0)");
}

bool erase_next(postgres::transaction& tx) {
    return upkeep::erase_next(
        tx, {.service = "webhook-dispatcher", .begin = await_writers, .remove = remove_webhooks}
    );
}

}  // namespace vf::webhook_dispatcher
