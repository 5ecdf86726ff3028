#include "normaliser/postgres_store.hpp"

#include <utility>

#include "normaliser/ingest/write_ingest.hpp"
#include "normaliser/mail/write_mail.hpp"
#include "normaliser/upkeep/erasures.hpp"

namespace vf::normaliser {

namespace {

constexpr std::string_view select_projects = "SELECT id FROM projects WHERE id = ANY ($1::text[])";

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
    auto stored = if_stored::fail;
    const auto work = [&batch, &stored, now, this](postgres::transaction& tx) {
        return write_ingest(tx, batch, now, zones_, stored);
    };
    auto written = co_await database_.transact(work);
    if (!written && written.error().code == "unique_violation") {
        stored = if_stored::skip;
        written = co_await database_.transact(work);
    }
    if (!written && written.error().code == "erasure_under_way") {
        // The batch is tried again soon: nobody waits for the next look.
        auto erase = [](postgres::transaction& tx) { return erase_next(tx); };
        static_cast<void>(co_await database_.transact(erase));
    }
    co_return written;
}

runtime::task<result<std::vector<settled_mail>>> postgres_store::settle_mail(
    std::vector<mail_notice> notices, mail_policy policy, instant now
) {
    auto work = [&notices, &policy, now](postgres::transaction& tx) {
        return normaliser::settle_mail(tx, notices, policy, now);
    };
    co_return co_await database_.transact(std::move(work));
}

}  // namespace vf::normaliser
