#include "ingest-gateway/parse/parse_users.hpp"

#include <utility>

#include "vf/wire/customer_json.hpp"

namespace vf::ingest_gateway {

wire::parsed<incoming_record> parse_user_record(const json::value& user, instant now) {
    auto change = wire::parse_identify(user, now);
    if (!change) {
        return std::unexpected(std::move(change.error()));
    }
    incoming_record record;
    record.kind = wire::ingest_kind::user;
    record.user = std::move(change->user);
    record.body = user.source;
    return record;
}

incoming_records parse_user(const json::value& body, instant now) {
    auto record = parse_user_record(body, now);
    if (!record) {
        return std::unexpected(invalid(std::move(record.error())));
    }
    incoming incoming;
    incoming.records.push_back(std::move(*record));
    return incoming;
}

}  // namespace vf::ingest_gateway
