#include "normaliser/facts/event_pages.hpp"

#include <limits>
#include <string_view>

#include "vf/base/assert.hpp"

namespace vf::normaliser {

namespace {

constexpr std::string_view select_page =
    "SELECT user_id, name, properties, occurred_at, received_at, record_id, historical"
    " FROM event_rows"
    " WHERE user_id = ANY ($1::bigint[]) AND name = ANY ($2::text[])"
    "   AND (user_id, name, occurred_at, record_id) > ($3, $4::text, $5::timestamptz, $6::uuid)"
    " ORDER BY user_id, name, occurred_at, record_id LIMIT 1000";
constexpr std::size_t page_size = 1'000;

}  // namespace

stored_event read_event(const postgres::row& row) {
    const auto id = domain::record_id::from_uuid(row.text("record_id"));
    VF_ASSERT(id.has_value());
    stored_event event;
    event.user_id = row.integer("user_id");
    event.name = row.text("name");
    event.properties = row.text("properties");
    event.occurred_at = row.timestamp("occurred_at");
    event.received_at = row.timestamp("received_at");
    event.id = *id;
    event.historical = row.boolean("historical");
    return event;
}

facts::occurrence occurrence_of(const stored_event& event) {
    return {event.seen_at(), event.id, 1, event.historical};
}

void for_each_event(
    postgres::transaction& tx, const std::vector<std::int64_t>& users,
    const std::vector<std::string>& names, const std::function<void(const stored_event&)>& look
) {
    stored_event last;
    last.user_id = std::numeric_limits<std::int64_t>::min();
    for (;;) {
        postgres::params params;
        params.integers(users).texts(names).integer(last.user_id).text(last.name);
        params.timestamp(last.occurred_at).text(last.id.uuid());
        const auto page = tx.query(select_page, params);
        for (const auto& row : page) {
            last = read_event(row);
            look(last);
        }
        if (page.size() < page_size) {
            return;
        }
    }
}

}  // namespace vf::normaliser
