#include "normaliser/postgres_store.hpp"

#include <utility>

#include "normaliser/ingest/write_ingest.hpp"
#include "normaliser/mail/write_mail.hpp"
#include "normaliser/upkeep/erasures.hpp"

namespace vf::normaliser {

namespace {

constexpr std::string_view select_projects = "SELECT id FROM projects WHERE id = ANY ($1::text[])";

constexpr std::string_view call_make_partitions =
    "SELECT make_all_partitions(($1::timestamptz AT TIME ZONE 'UTC')::date) AS count";

// What the version before this one still reads.
constexpr std::string_view call_drop_days =
    "SELECT drop_days_before('idempotency_claims', d.first)"
    "     + drop_days_before('ingest_claims', d.first) AS count"
    " FROM (SELECT ($1::timestamptz AT TIME ZONE 'UTC')::date - 1 AS first) AS d";

// Of a statement that answers a count.
auto counting(std::string_view statement, instant now) {
    return [statement, now](postgres::transaction& tx) -> std::int64_t {
        const auto rows = tx.query(statement, postgres::params{}.timestamp(now));
        return rows.empty() ? 0 : rows.front().integer("count");
    };
}

}  // namespace

runtime::task<result<std::vector<domain::project_id>>> postgres_store::find_projects(
    std::vector<domain::project_id> projects
) {
    auto work = [&projects](postgres::transaction& tx) {
        std::vector<std::string> ids;
        for (const auto& project : projects) {
            ids.push_back(project.text);
        }
        std::vector<domain::project_id> found;
        for (const auto& row : tx.query(select_projects, postgres::params{}.texts(ids))) {
            found.emplace_back(row.text("id"));
        }
        return found;
    };
    co_return co_await database_.transact(std::move(work));
}

runtime::task<result<ingest_written>> postgres_store::write(ingest_batch batch, instant now) {
    auto work = [&batch, now, this](postgres::transaction& tx) {
        return write_ingest(tx, batch, now, zones_);
    };
    auto written = co_await database_.transact(std::move(work));
    if (!written && written.error().code == "erasure_under_way") {
        // The batch is tried again soon: nobody waits for the next look.
        auto erase = [](postgres::transaction& tx) { return erase_next(tx); };
        static_cast<void>(co_await database_.transact(erase));
    }
    co_return written;
}

runtime::task<result<std::vector<mail_lookup>>> postgres_store::find_mail(
    std::vector<mail_notice> notices
) {
    auto work = [&notices](postgres::transaction& tx) {
        return normaliser::find_mail(tx, notices);
    };
    co_return co_await database_.transact(std::move(work));
}

runtime::task<result<std::vector<stored_mail>>> postgres_store::store_mail(
    std::vector<mail_outcome> decided, std::vector<mail_notice> notices
) {
    auto work = [&decided, &notices](postgres::transaction& tx) {
        return normaliser::store_mail(tx, decided, notices);
    };
    co_return co_await database_.transact(std::move(work));
}

runtime::task<result<std::int64_t>> postgres_store::make_partitions(instant now) {
    auto work = counting(call_make_partitions, now);
    co_return co_await database_.transact(std::move(work));
}

runtime::task<result<std::int64_t>> postgres_store::drop_old_days(instant now) {
    auto work = counting(call_drop_days, now);
    co_return co_await database_.transact(std::move(work));
}

}  // namespace vf::normaliser
