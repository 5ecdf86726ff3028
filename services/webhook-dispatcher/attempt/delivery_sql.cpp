#include "webhook-dispatcher/attempt/delivery_sql.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace vf::webhook_dispatcher {

namespace {

// Rows that somebody else leases at this moment are theirs: nobody waits, nothing deadlocks.
constexpr std::string_view lease_rows =
    "WITH pick AS ("
    " SELECT d.id FROM deliveries d WHERE d.id = ANY($1::text[]) AND d.state = 'pending' "
    "   AND d.next_attempt_at <= now() AND (d.lease_until IS NULL OR d.lease_until < now()) "
    "   AND NOT EXISTS (SELECT 1 FROM endpoint_states s "
    "                   WHERE s.endpoint_id = d.endpoint_id AND s.paused_until > now()) "
    " FOR UPDATE OF d SKIP LOCKED), "
    "leased AS ("
    " UPDATE deliveries d SET lease_token = $2, "
    "        lease_until = now() + $3::bigint * interval '1 microsecond' "
    " FROM pick WHERE d.id = pick.id "
    " RETURNING d.id, d.event_id, d.endpoint_id, d.attempts, d.run) "
    "SELECT l.id, l.endpoint_id, l.attempts, l.run, w.body, e.url, e.signature, e.secret_sealed, "
    "       e.previous_secret_sealed, e.previous_until, "
    "       e.id IS NULL OR e.deleted_at IS NOT NULL AS deleted, "
    "       s.disabled_at IS NOT NULL AS disabled "
    "FROM leased l JOIN webhook_events w ON w.event_id = l.event_id "
    "LEFT JOIN endpoints e ON e.id = l.endpoint_id "
    "LEFT JOIN endpoint_states s ON s.endpoint_id = l.endpoint_id";

constexpr std::string_view release_rows =
    "UPDATE deliveries SET lease_until = NULL, lease_token = NULL "
    "WHERE state = 'pending' AND next_attempt_at <= now() AND lease_token = $1";

constexpr std::string_view write_outcome_rows =
    "UPDATE deliveries d SET state = o.state, attempts = o.attempts, "
    "       next_attempt_at = o.next_attempt_at, lease_until = NULL, lease_token = NULL, "
    "       settled_at = CASE WHEN o.state <> 'pending' THEN now() END "
    "FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[]) "
    "     AS o(id, token, state, attempts, next_attempt_at) "
    "WHERE d.id = o.id AND d.lease_token = o.token RETURNING d.id";

constexpr std::string_view insert_attempts =
    "INSERT INTO attempts (delivery_id, run, attempt, endpoint_id, started_at, took, outcome, "
    "                      status, error, address, response_body) "
    "SELECT a.delivery_id, a.run, a.attempt, a.endpoint_id, a.started_at, "
    "       a.took * interval '1 microsecond', a.outcome, a.status::integer, a.error, a.address, "
    "       CASE WHEN a.status IS NOT NULL THEN a.response_body END "
    "FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::timestamptz[], "
    "            $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[], $11::bytea[]) "
    "     AS a(delivery_id, run, attempt, endpoint_id, started_at, took, outcome, status, error, "
    "          address, response_body) "
    "ON CONFLICT DO NOTHING";

constexpr std::string_view pause_endpoint =
    "INSERT INTO endpoint_states (endpoint_id, paused_until) VALUES ($1, $2) "
    "ON CONFLICT (endpoint_id) DO UPDATE "
    "SET paused_until = greatest(endpoint_states.paused_until, excluded.paused_until)";

constexpr std::string_view disable_endpoint =
    "INSERT INTO endpoint_states (endpoint_id, disabled_at, disabled_reason) "
    "VALUES ($1, now(), 'answered 410') ON CONFLICT (endpoint_id) DO UPDATE "
    "SET disabled_at = coalesce(endpoint_states.disabled_at, excluded.disabled_at), "
    "    disabled_reason = excluded.disabled_reason";

constexpr std::string_view enable_endpoint =
    "UPDATE endpoint_states SET disabled_at = NULL, disabled_reason = NULL WHERE endpoint_id = $1";

// The first condition is what the index understands.
constexpr std::string_view read_due =
    "SELECT d.id, d.endpoint_id, d.project_id, d.attempts, d.next_attempt_at FROM deliveries d "
    "WHERE d.state = 'pending' AND d.next_attempt_at >= $1 AND d.next_attempt_at <= now() "
    "  AND (d.next_attempt_at, d.id) > ($1, $2) "
    "  AND (d.lease_until IS NULL OR d.lease_until < now()) "
    "  AND d.endpoint_id <> ALL($3::text[]) "
    "  AND NOT EXISTS (SELECT 1 FROM endpoint_states s "
    "                  WHERE s.endpoint_id = d.endpoint_id AND s.paused_until > now()) "
    "ORDER BY d.next_attempt_at, d.id LIMIT $4";

constexpr std::string_view read_oldest_due =
    "SELECT (extract(epoch FROM now() - d.next_attempt_at) * 1000000)::bigint AS age "
    "FROM deliveries d "
    "WHERE d.state = 'pending' AND d.next_attempt_at <= now() "
    "  AND (d.lease_until IS NULL OR d.lease_until < now()) "
    "  AND NOT EXISTS (SELECT 1 FROM endpoint_states s "
    "                  WHERE s.endpoint_id = d.endpoint_id AND s.paused_until > now()) "
    "ORDER BY d.next_attempt_at LIMIT 1";

constexpr std::string_view read_dead =
    "SELECT d.id, d.project_id, d.event_id, d.endpoint_id, d.attempts, d.run, d.settled_at, "
    "       a.outcome, a.status, a.error "
    "FROM deliveries d LEFT JOIN LATERAL ("
    " SELECT outcome, status, error FROM attempts "
    " WHERE delivery_id = d.id AND run = d.run "
    " ORDER BY attempt DESC, started_at DESC LIMIT 1) a ON true "
    "WHERE d.state = 'dead' AND d.announced_at IS NULL ORDER BY d.settled_at LIMIT $1";

constexpr std::string_view mark_announced =
    "UPDATE deliveries d SET announced_at = now() "
    "FROM unnest($1::text[], $2::bigint[]) AS t(id, run) "
    "WHERE d.id = t.id AND d.run = t.run AND d.state = 'dead'";

endpoint_condition read_condition(bool deleted, bool disabled) {
    if (deleted) {
        return endpoint_condition::deleted;
    }
    return disabled ? endpoint_condition::gone : endpoint_condition::open;
}

// The endpoint may not be there.
leased_delivery read_leased(const postgres::row& row, const std::string& token) {
    leased_delivery delivery;
    delivery.id = domain::delivery_id{row.text("id")};
    delivery.endpoint = domain::endpoint_id{row.text("endpoint_id")};
    delivery.token = token;
    delivery.attempts = static_cast<std::uint32_t>(row.integer("attempts"));
    delivery.run = static_cast<std::uint32_t>(row.integer("run"));
    delivery.body = row.bytes("body");
    delivery.url = row.optional_text("url").value_or("");
    delivery.form = row.optional_text("signature") == "body" ? domain::signature_form::body
                                                             : domain::signature_form::timestamped;
    delivery.secret_sealed = row.optional_bytes("secret_sealed").value_or("");
    delivery.previous_secret_sealed = row.optional_bytes("previous_secret_sealed");
    delivery.previous_until = row.optional_timestamp("previous_until");
    delivery.condition = read_condition(row.boolean("deleted"), row.boolean("disabled"));
    return delivery;
}

std::vector<std::string> write_states(
    postgres::transaction& tx, const std::vector<outcome>& outcomes
) {
    std::vector<std::string> ids, tokens, states;
    std::vector<std::int64_t> attempts;
    std::vector<std::optional<instant>> next;
    for (const outcome& each : outcomes) {
        ids.push_back(each.id.text);
        tokens.push_back(each.token);
        states.emplace_back(text_of(each.next.state));
        attempts.push_back(each.attempts);
        next.push_back(each.next.next_attempt_at);
    }
    const auto params =
        postgres::params{}.texts(ids).texts(tokens).texts(states).integers(attempts).timestamps(next
        );
    std::vector<std::string> written;
    for (const auto& row : tx.query(write_outcome_rows, params)) {
        written.push_back(row.text("id"));
    }
    return written;
}

void write_attempts(postgres::transaction& tx, const std::vector<const outcome*>& kept) {
    std::vector<std::string> ids, endpoints, outcomes, bodies;
    std::vector<std::int64_t> runs, numbers, took;
    std::vector<instant> started;
    std::vector<std::optional<std::string>> statuses, errors, addresses;
    for (const outcome* each : kept) {
        if (!each->attempt) {
            continue;
        }
        const attempt_row& row = *each->attempt;
        ids.push_back(each->id.text);
        runs.push_back(each->run);
        numbers.push_back(each->attempts);
        endpoints.push_back(each->endpoint.text);
        started.push_back(row.started_at);
        took.push_back(row.took.count());
        outcomes.push_back(row.outcome);
        statuses.push_back(row.status ? std::optional{std::to_string(*row.status)} : std::nullopt);
        errors.push_back(row.error);
        addresses.push_back(row.address);
        bodies.push_back(row.response_body.value_or(""));
    }
    if (ids.empty()) {
        return;
    }
    postgres::params params;
    params.texts(ids).integers(runs).integers(numbers).texts(endpoints).timestamps(started);
    params.integers(took).texts(outcomes).texts(statuses).texts(errors).texts(addresses);
    params.byte_strings(bodies);
    tx.execute(insert_attempts, params);
}

void write_endpoint_states(postgres::transaction& tx, const std::vector<const outcome*>& kept) {
    for (const outcome* each : kept) {
        if (each->pause_until) {
            tx.execute(
                pause_endpoint,
                postgres::params{}.text(each->endpoint.text).timestamp(*each->pause_until)
            );
        }
        if (each->endpoint_gone) {
            tx.execute(disable_endpoint, postgres::params{}.text(each->endpoint.text));
        } else if (each->endpoint_back) {
            tx.execute(enable_endpoint, postgres::params{}.text(each->endpoint.text));
        }
    }
}

}  // namespace

void read_by_key(postgres::transaction& tx) {
    tx.query(
        "SELECT set_config('enable_seqscan', 'off', true), "
        "set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)"
    );
}

std::vector<leased_delivery> lease_in(
    postgres::transaction& tx, const std::vector<domain::delivery_id>& deliveries,
    const std::string& token, duration span
) {
    read_by_key(tx);
    // A lease that a crash of the database forgets means an attempt that may be repeated, which
    // any crash means: nothing is gained by waiting for the disk before the first attempt.
    tx.query("SELECT set_config('synchronous_commit', 'off', true)");
    std::vector<std::string> ids;
    for (const domain::delivery_id& id : deliveries) {
        ids.push_back(id.text);
    }
    std::vector<leased_delivery> leased;
    const auto params = postgres::params{}.texts(ids).text(token).integer(span.count());
    for (const auto& row : tx.query(lease_rows, params)) {
        leased.push_back(read_leased(row, token));
    }
    return leased;
}

void release_in(postgres::transaction& tx, const std::string& token) {
    tx.execute(release_rows, postgres::params{}.text(token));
}

std::vector<domain::delivery_id> record_outcomes_in(
    postgres::transaction& tx, const std::vector<outcome>& outcomes
) {
    read_by_key(tx);
    const std::vector<std::string> written = write_states(tx, outcomes);
    const std::set<std::string_view> ours(written.begin(), written.end());
    std::vector<const outcome*> kept;
    std::vector<domain::delivery_id> lost;
    for (const outcome& each : outcomes) {
        if (ours.contains(each.id.text)) {
            kept.push_back(&each);
        } else {
            lost.push_back(each.id);
        }
    }
    write_attempts(tx, kept);
    write_endpoint_states(tx, kept);
    return lost;
}

std::vector<due_delivery> due_in(
    postgres::transaction& tx, const sweep_cursor& after, const std::vector<std::string>& full,
    std::size_t most
) {
    read_by_key(tx);
    std::vector<due_delivery> found;
    const auto params = postgres::params{}
                            .timestamp(after.due_at)
                            .text(after.delivery)
                            .texts(full)
                            .integer(static_cast<std::int64_t>(most));
    for (const auto& row : tx.query(read_due, params)) {
        lane_item item{
            domain::delivery_id{row.text("id")}, domain::endpoint_id{row.text("endpoint_id")},
            domain::project_id{row.text("project_id")}, row.integer("attempts") == 0
        };
        found.push_back({std::move(item), row.timestamp("next_attempt_at")});
    }
    return found;
}

duration oldest_due_in(postgres::transaction& tx) {
    const auto found = tx.query(read_oldest_due);
    return found.empty() ? duration{0} : duration{found.front().integer("age")};
}

std::vector<dead_delivery> unpublished_dead_in(postgres::transaction& tx, std::size_t most) {
    std::vector<dead_delivery> found;
    const auto limit = static_cast<std::int64_t>(most);
    for (const auto& row : tx.query(read_dead, postgres::params{}.integer(limit))) {
        found.push_back({
            .id = domain::delivery_id{row.text("id")},
            .project = domain::project_id{row.text("project_id")},
            .event = domain::event_id{row.text("event_id")},
            .endpoint = domain::endpoint_id{row.text("endpoint_id")},
            .attempts = static_cast<std::uint32_t>(row.integer("attempts")),
            .run = static_cast<std::uint32_t>(row.integer("run")),
            .died_at = row.timestamp("settled_at"),
            .last_outcome = row.optional_text("outcome"),
            .last_status = row.optional_integer("status"),
            .last_error = row.optional_text("error"),
        });
    }
    return found;
}

void mark_published_in(postgres::transaction& tx, const std::vector<dead_delivery>& dead) {
    std::vector<std::string> ids;
    std::vector<std::int64_t> runs;
    for (const dead_delivery& each : dead) {
        ids.push_back(each.id.text);
        runs.push_back(each.run);
    }
    tx.execute(mark_announced, postgres::params{}.texts(ids).integers(runs));
}

}  // namespace vf::webhook_dispatcher
