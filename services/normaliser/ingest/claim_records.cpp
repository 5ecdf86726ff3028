#include "normaliser/ingest/claim_records.hpp"

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
};

// The date in UTC, as Postgres reads it.
std::string day_of(const claim& one) {
    constexpr std::size_t date_characters = 10;
    return format_instant(one.timestamp).substr(0, date_characters);
}

constexpr postgres::columns<claim, 4> columns_of_claim{{
    {"project_id", "text", [](const claim& one) { return one.project; }},
    {"record_id", "uuid", [](const claim& one) { return one.record; }},
    {"day", "date", day_of},
    {"received_at", "timestamptz", [](const claim& one) { return one.timestamp; }},
}};

constexpr postgres::columns<claim, 3> columns_of_natural_claim{{
    {"project_id", "text", [](const claim& one) { return one.project; }},
    {"record_id", "uuid", [](const claim& one) { return one.record; }},
    {"occurred_on", "date", day_of},
}};

// A retry may have been received on the day before or after, and within 24 hours: after that its
// Idempotency-Key is forgotten, and the same ids are another write. Subqueries rather than a join,
// so that each probe goes to one partition.
const std::string& insert_claims() {
    static const std::string statement =
        "INSERT INTO ingest_claims (" + postgres::names(columns_of_claim) + ") SELECT " +
        postgres::names(columns_of_claim, "c.") + " FROM " + postgres::unnest(columns_of_claim) +
        " AS c (" + postgres::names(columns_of_claim) +
        ")"
        " WHERE (SELECT true FROM ingest_claims e WHERE e.project_id = c.project_id"
        "        AND e.record_id = c.record_id AND e.day = c.day - 1"
        "        AND e.received_at > c.received_at - interval '24 hours') IS NULL"
        "   AND (SELECT true FROM ingest_claims e WHERE e.project_id = c.project_id"
        "        AND e.record_id = c.record_id AND e.day = c.day + 1"
        "        AND e.received_at < c.received_at + interval '24 hours') IS NULL"
        " ORDER BY c.project_id, c.record_id"
        " ON CONFLICT DO NOTHING"
        " RETURNING project_id, record_id";
    return statement;
}

// For good, so there is no day of receipt in it: what comes again is known again years later.
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

template <class Columns>
void insert_into(
    postgres::transaction& tx, const std::string& statement, const Columns& columns,
    const std::vector<claim>& claims, claimed_records& claimed
) {
    if (claims.empty()) {
        return;
    }
    for (const auto& row : tx.query(statement, postgres::bind(columns, claims))) {
        claimed.add(row.text("project_id"), row.text("record_id"));
    }
}

template <class Record>
claim claim_of(const Record& record, instant timestamp) {
    return {record.who.project.text, record.id.uuid(), timestamp};
}

}  // namespace

claimed_records claim_records(postgres::transaction& tx, const ingest_batch& batch) {
    std::vector<claim> received;
    std::vector<claim> natural;
    for (const auto& user : batch.users) {
        received.push_back(claim_of(user, user.received_at));
    }
    for (const auto& event : batch.events) {
        if (event.natural) {
            natural.push_back(claim_of(event, event.occurred_at));
        } else {
            received.push_back(claim_of(event, event.received_at));
        }
    }
    claimed_records claimed;
    insert_into(tx, insert_claims(), columns_of_claim, received, claimed);
    insert_into(tx, insert_natural_claims(), columns_of_natural_claim, natural, claimed);
    return claimed;
}

}  // namespace vf::normaliser
