#include "normaliser/upkeep/expire_claims.hpp"

#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "normaliser/ingest/claim_records.hpp"
#include "vf/domain/limits.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::normaliser {

namespace {

// Some 8 MB, a tenth of a second when all of it goes.
constexpr std::int64_t pages_at_once = 1'000;

struct claim_table {
    std::string_view count_pages;
    // From page $1 to page $2, what was claimed more than $3 hours ago.
    std::string_view remove;
    std::chrono::hours kept;
};

constexpr std::array tables{
    claim_table{
        "SELECT pg_relation_size('record_claims') / current_setting('block_size')::bigint AS pages",
        "DELETE FROM record_claims"
        " WHERE ctid >= format('(%s,0)', $1::bigint)::tid"
        "   AND ctid < format('(%s,0)', $2::bigint)::tid"
        "   AND claimed_at < now() - $3::bigint * interval '1 hour'"
        "   AND received_at > claimed_at - $4::bigint * interval '1 hour'",
        record_claims_kept,
    },
    // Twice the window, because a request may be resolved long after it was received.
    claim_table{
        "SELECT pg_relation_size('key_claims') / current_setting('block_size')::bigint AS pages",
        "DELETE FROM key_claims"
        " WHERE ctid >= format('(%s,0)', $1::bigint)::tid"
        "   AND ctid < format('(%s,0)', $2::bigint)::tid"
        "   AND claimed_at < now() - $3::bigint * interval '1 hour' AND $4::bigint > 0",
        2 * domain::limits::idempotency_window,
    },
};

}  // namespace

claim_pass expire_claims_slice(postgres::transaction& tx, claim_pass pass) {
    const claim_table& table = tables.at(pass.table);
    const auto size = tx.query(table.count_pages);
    const std::int64_t pages = size.empty() ? 0 : size.front().integer("pages");
    const std::int64_t end = pass.page + pages_at_once;
    pass.removed = tx.execute(
        table.remove, postgres::params{}
                          .integer(pass.page)
                          .integer(end)
                          .integer(table.kept.count())
                          .integer(record_claims_late.count())
    );
    pass.page = end;
    if (end >= pages) {
        pass.page = 0;
        ++pass.table;
        pass.finished = pass.table == tables.size();
    }
    return pass;
}

runtime::task<> expire_claims(
    postgres::pool& database, const metrics& counters, runtime::signal& stop
) {
    constexpr vf::duration pause = std::chrono::hours{1};
    // Live traffic goes first.
    constexpr vf::duration between_slices = std::chrono::milliseconds{100};
    const telemetry::logger log{"expire_claims"};
    claim_pass pass;
    for (;;) {
        auto work = [pass](postgres::transaction& tx) { return expire_claims_slice(tx, pass); };
        const auto done = co_await database.transact(work);
        if (!done) {
            log.warning("not removed", {{"code", done.error().code}});
        } else {
            counters.claims_expired.increment(static_cast<double>(done->removed));
            pass = done->finished ? claim_pass{} : *done;
        }
        const auto span = done && !done->finished ? between_slices : pause;
        const bool stopping = co_await stop.wait_for(span);
        if (stopping) {
            co_return;
        }
    }
}

}  // namespace vf::normaliser
