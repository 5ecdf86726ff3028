#include "console/store/audit_store.hpp"

#include "console/store/read_rows.hpp"

namespace vf::console {

namespace {

audit_row read_entry(const postgres::row& row) {
    return {
        .id = row.integer("id"),
        .timestamp = row.timestamp("at"),
        .entry =
            {.actor = row.text("actor"),
             .action = row.text("action"),
             .target = row.text("target"),
             .reason = row.optional_text("reason"),
             .detail = row.text("detail")},
    };
}

}  // namespace

void write_audit(postgres::transaction& tx, const audit_entry& entry, instant now) {
    postgres::params params;
    params.timestamp(now).text(entry.actor).text(entry.action).text(entry.target);
    params.text(entry.reason).text(entry.detail);
    tx.execute(
        "INSERT INTO audit (at, actor, action, target, reason, detail)"
        " VALUES ($1, $2, $3, $4, $5, $6::jsonb)",
        params
    );
}

page<audit_row> list_audit(
    postgres::transaction& tx, const std::optional<std::string>& target, const page_request& paging
) {
    // The id alone tells the order: it is the one index of the table.
    postgres::params params;
    params.text(paging.after ? std::optional{paging.after->id} : std::nullopt);
    params.text(target).integer(static_cast<std::int64_t>(paging.limit) + 1);
    const auto found = tx.query(
        "SELECT id, at, actor, action, target, reason, detail::text AS detail FROM audit"
        " WHERE id < coalesce($1::bigint, 9223372036854775807)"
        " AND ($2::text IS NULL OR target = $2) ORDER BY id DESC LIMIT $3",
        params
    );
    return make_page(read_all(found, read_entry), paging.limit);
}

}  // namespace vf::console
