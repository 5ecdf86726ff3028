#include "console/store/audit_store.hpp"

#include "console/api/listing.hpp"

namespace vf::console {

void write_audit(postgres::transaction& in, const audit_entry& entry, instant now) {
    postgres::params with;
    with.at(now).text(entry.actor).text(entry.action).text(entry.target).text(entry.reason);
    with.text(entry.detail);
    in.execute(
        "INSERT INTO audit (at, actor, action, target, reason, detail)"
        " VALUES ($1, $2, $3, $4, $5, $6::jsonb)",
        with
    );
}

slice<audit_row> list_audit(
    postgres::transaction& in, const std::optional<std::string>& target, const page& wanted
) {
    // The id alone tells the order: it is the one index of the table.
    postgres::params with;
    with.text(wanted.after ? std::optional{wanted.after->id} : std::nullopt);
    with.text(target).integer(static_cast<std::int64_t>(wanted.limit) + 1);
    std::vector<audit_row> made;
    for (const auto& row : in.query(
             "SELECT id, at, actor, action, target, reason, detail::text FROM audit"
             " WHERE id < coalesce($1::bigint, 9223372036854775807)"
             " AND ($2::text IS NULL OR target = $2) ORDER BY id DESC LIMIT $3",
             with
         )) {
        made.push_back(
            {row.integer(0),
             row.at(1),
             {row.text(2), row.text(3), row.text(4), row.optional_text(5), row.text(6)}}
        );
    }
    return cut(std::move(made), wanted.limit);
}

}  // namespace vf::console
