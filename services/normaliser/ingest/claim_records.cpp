#include "normaliser/ingest/claim_records.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "vf/base/time_text.hpp"
#include "vf/postgres/columns.hpp"

namespace vf::normaliser {

namespace {

struct claim {
    std::string project;
    std::string record;
    instant timestamp{};  // of receipt; of a natural record, when it happened
    bool is_event{false};
};

// The date in UTC, as Postgres reads it.
std::string day_of(const claim& one) {
    constexpr std::size_t date_characters = 10;
    return format_instant(one.timestamp).substr(0, date_characters);
}

constexpr postgres::columns<claim, 3> columns_of_claim{{
    {"project_id", "text", [](const claim& one) { return one.project; }},
    {"record_id", "uuid", [](const claim& one) { return one.record; }},
    {"received_at", "timestamptz", [](const claim& one) { return one.timestamp; }},
}};

constexpr postgres::columns<claim, 3> columns_of_natural_claim{{
    {"project_id", "text", [](const claim& one) { return one.project; }},
    {"record_id", "uuid", [](const claim& one) { return one.record; }},
    {"occurred_on", "date", day_of},
}};

// A retry was received within 24 hours: after that its Idempotency-Key is forgotten, and the same
// ids are another write. A row that is no younger is locked all the same, so of two transactions
// with one record the second waits and sees what became of it. In order of the ids, so that two
// batches never wait for each other. The project is part of what an id is a digest of.
const std::string& insert_claims() {
    static const std::string statement =
        "INSERT INTO record_claims AS c (id, received_at, claimed_at)"
        " SELECT DISTINCT ON (n.record_id) n.record_id, n.received_at, now() FROM " +
        postgres::unnest(columns_of_claim) + " AS n (" + postgres::names(columns_of_claim) +
        ")"
        " ORDER BY n.record_id, n.project_id"
        " ON CONFLICT (id) DO UPDATE"
        "   SET received_at = excluded.received_at, claimed_at = excluded.claimed_at"
        "   WHERE excluded.received_at >= c.received_at + interval '24 hours'"
        " RETURNING id";
    return statement;
}

// Of those that were not claimed: whose row is that of a later write. Theirs has been taken over.
const std::string& select_taken_over() {
    static const std::string statement =
        "SELECT n.project_id, n.record_id FROM " + postgres::unnest(columns_of_claim) + " AS n (" +
        postgres::names(columns_of_claim) +
        ") JOIN record_claims c ON c.id = n.record_id"
        " WHERE c.received_at >= n.received_at + interval '24 hours'";
    return statement;
}

// The events of the same write: received within the same 24 hours.
const std::string& select_stored() {
    static const std::string statement =
        "SELECT n.project_id, n.record_id FROM " + postgres::unnest(columns_of_claim) + " AS n (" +
        postgres::names(columns_of_claim) +
        ") WHERE EXISTS (SELECT FROM events e WHERE e.project_id = n.project_id"
        "   AND e.record_id = n.record_id AND e.received_at > n.received_at - interval '24 hours'"
        "   AND e.received_at < n.received_at + interval '24 hours')";
    return statement;
}

// For good, so there is no time of receipt in it: what comes again is recognised years later.
const std::string& insert_natural_claims() {
    static const std::string statement = "INSERT INTO natural_claims (" +
                                         postgres::names(columns_of_natural_claim) + ") SELECT " +
                                         postgres::names(columns_of_natural_claim, "c.") +
                                         " FROM " + postgres::unnest(columns_of_natural_claim) +
                                         " AS c (" + postgres::names(columns_of_natural_claim) +
                                         ")"
                                         " ORDER BY c.project_id, c.record_id"
                                         " ON CONFLICT DO NOTHING"
                                         " RETURNING project_id, record_id";
    return statement;
}

std::unordered_set<std::string> read_ids(const postgres::rows& rows, std::string_view column) {
    std::unordered_set<std::string> ids;
    for (const auto& row : rows) {
        ids.insert(row.text(column));
    }
    return ids;
}

template <class Record>
claim claim_of(const Record& record, instant timestamp, bool is_event) {
    return {record.who.project.text, record.id.uuid(), timestamp, is_event};
}

struct batch_claims {
    std::vector<claim> received;
    std::vector<claim> natural;
};

batch_claims claims_of(const ingest_batch& batch) {
    batch_claims claims;
    for (const auto& user : batch.users) {
        claims.received.push_back(claim_of(user, user.received_at, false));
    }
    for (const auto& event : batch.events) {
        if (event.natural) {
            claims.natural.push_back(claim_of(event, event.occurred_at, true));
        } else {
            claims.received.push_back(claim_of(event, event.received_at, true));
        }
    }
    return claims;
}

// Received so long ago that its claim may have expired.
bool is_late(const claim& one, instant now) {
    return one.timestamp < now - record_claims_late;
}

// Claims that do not tell by themselves: of records received long ago, and of those whose row a
// later write has taken over. An identify may be heard twice, because the later by time stands; an
// event has been heard when it is in its table.
void settle_doubtful(
    postgres::transaction& tx, std::vector<claim> doubtful, claimed_records& claimed
) {
    for (const auto& one : doubtful) {
        claimed.add(one.project, one.record);
    }
    std::erase_if(doubtful, [](const claim& one) { return !one.is_event; });
    if (doubtful.empty()) {
        return;
    }
    for (const auto& row : tx.query(select_stored(), postgres::bind(columns_of_claim, doubtful))) {
        claimed.remove(row.text("project_id"), row.text("record_id"));
    }
}

void claim_received(
    postgres::transaction& tx, std::vector<claim> claims, instant now, claimed_records& claimed
) {
    if (claims.empty()) {
        return;
    }
    const auto rows = tx.query(insert_claims(), postgres::bind(columns_of_claim, claims));
    const auto inserted = read_ids(rows, "id");
    std::vector<claim> doubtful;
    std::vector<claim> refused;
    for (auto& one : claims) {
        if (!inserted.contains(one.record)) {
            refused.push_back(std::move(one));
        } else if (is_late(one, now)) {
            doubtful.push_back(std::move(one));
        } else {
            claimed.add(one.project, one.record);
        }
    }
    if (!refused.empty()) {
        const auto params = postgres::bind(columns_of_claim, refused);
        const auto taken_over = read_ids(tx.query(select_taken_over(), params), "record_id");
        std::ranges::copy_if(refused, std::back_inserter(doubtful), [&](const claim& one) {
            return taken_over.contains(one.record);
        });
    }
    settle_doubtful(tx, std::move(doubtful), claimed);
}

}  // namespace

claimed_records claim_records(postgres::transaction& tx, const ingest_batch& batch, instant now) {
    auto claims = claims_of(batch);
    claimed_records claimed;
    claim_received(tx, std::move(claims.received), now, claimed);
    if (!claims.natural.empty()) {
        const auto params = postgres::bind(columns_of_natural_claim, claims.natural);
        for (const auto& row : tx.query(insert_natural_claims(), params)) {
            claimed.add(row.text("project_id"), row.text("record_id"));
        }
    }
    return claimed;
}

}  // namespace vf::normaliser
