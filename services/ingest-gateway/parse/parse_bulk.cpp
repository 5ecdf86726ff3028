#include "ingest-gateway/parse/parse_bulk.hpp"

#include <utility>

#include "ingest-gateway/parse/parse_events.hpp"
#include "ingest-gateway/parse/parse_list.hpp"
#include "ingest-gateway/parse/parse_users.hpp"
#include "vf/domain/limits.hpp"

namespace vf::ingest_gateway {

namespace {

using parse_record = wire::parsed<incoming_record> (*)(const json::value&, instant);

incoming_records parse_bulk(
    const json::value& body, std::string_view member, parse_record each, instant now
) {
    const auto list = parse_list(body, {member, domain::limits::bulk_records});
    if (!list) {
        const auto& [field, message] = list.error();
        return std::unexpected(refuse(reply_code::bad_request, message, field));
    }
    incoming incoming;
    incoming.historical = list->historical;
    incoming.records.reserve(list->records.size());
    for (std::size_t i = 0; i < list->records.size(); ++i) {
        auto record = each(list->records[i], now);
        if (record) {
            record->index = i;
            incoming.records.push_back(std::move(*record));
        } else {
            incoming.rejected.push_back({i, std::move(record.error())});
        }
    }
    return incoming;
}

}  // namespace

incoming_records parse_users_bulk(const json::value& body, instant now) {
    return parse_bulk(body, "users", parse_user_record, now);
}

incoming_records parse_events_bulk(const json::value& body, instant now) {
    return parse_bulk(body, "events", parse_event_record, now);
}

}  // namespace vf::ingest_gateway
