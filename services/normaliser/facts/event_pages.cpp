#include "normaliser/facts/event_pages.hpp"

#include <string_view>

#include "vf/base/assert.hpp"

namespace vf::normaliser {

namespace {

// A look-up for each user and name, in order, until there are enough: what nobody asked for is not
// read, and nothing is sorted that an index has in order.
constexpr std::string_view select_page =
    "SELECT e.* FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::uuid[])"
    "               AS n (user_id, name, occurred_at, record_id)"
    " CROSS JOIN LATERAL ("
    "    SELECT user_id, name, properties, occurred_at, received_at, record_id, historical"
    "    FROM event_rows WHERE user_id = n.user_id AND name = n.name"
    "      AND (occurred_at, record_id) > (n.occurred_at, n.record_id)"
    "    ORDER BY occurred_at, record_id LIMIT $5::bigint) AS e"
    " LIMIT $5::bigint";

domain::record_id read_record(const postgres::row& row) {
    const auto id = domain::record_id::from_uuid(row.text("record_id"));
    VF_ASSERT(id.has_value());
    return *id;
}

}  // namespace

stored_event read_event(const postgres::row& row) {
    stored_event event;
    event.user_id = row.integer("user_id");
    event.name = row.text("name");
    event.properties = row.text("properties");
    event.occurred_at = row.timestamp("occurred_at");
    event.received_at = row.timestamp("received_at");
    event.id = read_record(row);
    event.historical = row.boolean("historical");
    return event;
}

event_place read_place(const postgres::row& row) {
    return {row.text("name"), row.timestamp("occurred_at"), read_record(row)};
}

facts::occurrence occurrence_of(const stored_event& event) {
    return {event.seen_at(), event.id, 1, event.historical};
}

std::vector<stored_event> read_page(
    postgres::transaction& tx, const std::vector<std::int64_t>& users,
    const std::vector<std::string>& names, const event_place& after, std::size_t most
) {
    std::vector<std::int64_t> user_ids;
    std::vector<std::string> user_names, records;
    std::vector<instant> times;
    for (const auto user : users) {
        for (const auto& name : names) {
            if (name < after.name) {
                continue;
            }
            const event_place from = name == after.name ? after : event_place{.name = name};
            user_ids.push_back(user);
            user_names.push_back(name);
            times.push_back(from.occurred_at);
            records.push_back(from.id.uuid());
        }
    }
    postgres::params params;
    params.integers(user_ids).texts(user_names).timestamps(times).texts(records);
    std::vector<stored_event> page;
    for (const auto& row : tx.query(select_page, params.integer(static_cast<std::int64_t>(most)))) {
        page.push_back(read_event(row));
    }
    return page;
}

}  // namespace vf::normaliser
