#include "normaliser/ingest/claim_records.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "vf/base/assert.hpp"
#include "vf/postgres/columns.hpp"

namespace vf::normaliser {

namespace {

// Points into the batch.
struct claim {
    const domain::project_id* project{nullptr};
    const domain::record_id* record{nullptr};
    instant timestamp{};  // of receipt; of a natural record, when it happened
    bool is_event{false};
};

std::string_view project_of(const claim& one) {
    return one.project->text;
}

const postgres::uuid_bytes& record_of(const claim& one) {
    return one.record->bytes;
}

instant timestamp_of(const claim& one) {
    return one.timestamp;
}

constexpr postgres::columns<claim, 3> columns_of_claim{{
    {"project_id", "text", project_of},
    {"record_id", "uuid", record_of},
    {"received_at", "timestamptz", timestamp_of},
}};

constexpr postgres::columns<claim, 3> columns_of_natural_claim{{
    {"project_id", "text", project_of},
    {"record_id", "uuid", record_of},
    {"occurred_on", "date", timestamp_of},
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
        "   WHERE excluded.received_at >= c.received_at + interval '24 hours'";
    return statement;
}

// Which of them this transaction has claimed, asked only where some were refused. The time tells
// its rows from those of a transaction of the same number, thousands of millions ago.
constexpr std::string_view select_inserted =
    "SELECT id FROM record_claims WHERE id = ANY ($1::uuid[])"
    " AND xmin = pg_current_xact_id()::xid AND claimed_at = now()";

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
        ") JOIN project_numbers p ON p.project_id = n.project_id"
        " WHERE EXISTS (SELECT FROM event_rows e WHERE e.project = p.number"
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

domain::record_id read_id(const postgres::row& row, std::string_view column) {
    const auto read = domain::record_id::from_uuid(row.text(column));
    VF_ASSERT(read);
    return *read;
}

using record_set = std::set<std::array<std::uint8_t, 16>>;

record_set read_ids(const postgres::rows& rows, std::string_view column) {
    record_set ids;
    for (const auto& row : rows) {
        ids.insert(read_id(row, column).bytes);
    }
    return ids;
}

struct batch_claims {
    std::vector<claim> received;
    std::vector<claim> natural;
};

batch_claims claims_of(const ingest_batch& batch) {
    batch_claims claims;
    claims.received.reserve(batch.size());
    for (const auto& user : batch.users) {
        claims.received.push_back({&user.who.project, &user.id, user.received_at, false});
    }
    for (const auto& event : batch.events) {
        if (event.natural) {
            claims.natural.push_back({&event.who.project, &event.id, event.occurred_at, true});
        } else {
            claims.received.push_back({&event.who.project, &event.id, event.received_at, true});
        }
    }
    return claims;
}

// Claims those that can be claimed, and takes them out of the others.
std::vector<claim> take_refused(postgres::transaction& tx, std::vector<claim>& claims) {
    std::vector<claim> refused;
    const auto inserted = tx.execute(insert_claims(), postgres::bind(columns_of_claim, claims));
    if (std::cmp_equal(inserted, claims.size())) {
        return refused;
    }
    postgres::array_parameter ids{"uuid"};
    for (const auto& one : claims) {
        ids.add(one.record->bytes);
    }
    const auto params = postgres::params{}.array(std::move(ids));
    const auto ours = read_ids(tx.query(select_inserted, params), "id");
    const auto others = std::ranges::partition(claims, [&ours](const claim& one) {
        return ours.contains(one.record->bytes);
    });
    refused.assign(others.begin(), others.end());
    claims.erase(others.begin(), others.end());
    return refused;
}

// Those whose row is that of a later write; the others are repeats.
std::vector<claim> taken_over(
    postgres::transaction& tx, const std::vector<claim>& refused, repeated_records& repeats
) {
    const auto params = postgres::bind(columns_of_claim, refused);
    const auto ids = read_ids(tx.query(select_taken_over(), params), "record_id");
    std::vector<claim> doubtful;
    for (const auto& one : refused) {
        if (ids.contains(one.record->bytes)) {
            doubtful.push_back(one);
        } else {
            repeats.add(*one.project, *one.record);
        }
    }
    return doubtful;
}

// Claims that do not tell by themselves: of records received long ago, and of those whose row a
// later write has taken over. An identify may be heard twice, because the later by time stands; an
// event has been heard when it is in its table.
void settle_doubtful(
    postgres::transaction& tx, std::vector<claim> doubtful, repeated_records& repeats
) {
    std::erase_if(doubtful, [](const claim& one) { return !one.is_event; });
    if (doubtful.empty()) {
        return;
    }
    for (const auto& row : tx.query(select_stored(), postgres::bind(columns_of_claim, doubtful))) {
        repeats.add(domain::project_id{row.text("project_id")}, read_id(row, "record_id"));
    }
}

void claim_received(
    postgres::transaction& tx, std::vector<claim> claims, instant now, repeated_records& repeats
) {
    const auto refused = take_refused(tx, claims);
    std::vector<claim> doubtful;
    if (!refused.empty()) {
        doubtful = taken_over(tx, refused, repeats);
    }
    // Received so long ago that its claim may have expired.
    std::ranges::copy_if(claims, std::back_inserter(doubtful), [now](const claim& one) {
        return one.timestamp < now - record_claims_late;
    });
    settle_doubtful(tx, std::move(doubtful), repeats);
}

void claim_natural(
    postgres::transaction& tx, const std::vector<claim>& claims, repeated_records& repeats
) {
    repeated_records claimed;
    const auto params = postgres::bind(columns_of_natural_claim, claims);
    for (const auto& row : tx.query(insert_natural_claims(), params)) {
        claimed.add(domain::project_id{row.text("project_id")}, read_id(row, "record_id"));
    }
    for (const auto& one : claims) {
        if (!claimed.contains(*one.project, *one.record)) {
            repeats.add(*one.project, *one.record);
        }
    }
}

}  // namespace

repeated_records claim_records(postgres::transaction& tx, const ingest_batch& batch, instant now) {
    auto claims = claims_of(batch);
    repeated_records repeats;
    if (!claims.received.empty()) {
        claim_received(tx, std::move(claims.received), now, repeats);
    }
    if (!claims.natural.empty()) {
        claim_natural(tx, claims.natural, repeats);
    }
    return repeats;
}

}  // namespace vf::normaliser
