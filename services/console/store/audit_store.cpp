#include "console/store/audit_store.hpp"

#include "console/api/listing.hpp"

namespace vf::console {

void write_audit(postgres::transaction& tx, const audit_entry& entry, instant now) {
    postgres::params params;
    params.timestamp(now)
        .text(entry.actor)
        .text(entry.action)
        .text(entry.target)
        .text(entry.reason);
    params.text(entry.detail);
    tx.execute(
        "INSERT INTO audit (at, actor, action, target, reason, detail)"
        " VALUES ($1, $2, $3, $4, $5, $6::jsonb)",
        params
    );
}

slice<audit_row> list_audit(
    postgres::transaction& tx, const std::optional<std::string>& target, const page& page
) {
    // The id alone tells the order: it is the one index of the table.
    postgres::params params;
    params.text(page.after ? std::optional{page.after->id} : std::nullopt);
    params.text(target).integer(static_cast<std::int64_t>(page.limit) + 1);
    std::vector<audit_row> rows;
    for (const auto& row : tx.query(
             "SELECT id, at, actor, action, target, reason, detail::text FROM audit"
             " WHERE id < coalesce($1::bigint, 9223372036854775807)"
             " AND ($2::text IS NULL OR target = $2) ORDER BY id DESC LIMIT $3",
             params
         )) {
        rows.push_back(
            {row.integer(0),
             row.timestamp(1),
             {row.text(2), row.text(3), row.text(4), row.optional_text(5), row.text(6)}}
        );
    }
    return cut(std::move(rows), page.limit);
}

}  // namespace vf::console
