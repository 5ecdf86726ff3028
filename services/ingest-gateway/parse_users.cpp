#include "parse_users.hpp"

#include <utility>

#include "vf/wire/customer_json.hpp"

namespace vf::ingest_gateway {

incoming_records parse_user(const json::value& body, instant now) {
    auto user = wire::parse_identify(body, now);
    if (!user) {
        refusal why;
        why.code = reply_code::validation_failed;
        why.faults.push_back(std::move(user.error()));
        return std::unexpected(std::move(why));
    }
    std::vector<incoming_record> records;
    records.push_back({wire::ingest_kind::user, std::move(user->user), body.source});
    return records;
}

}  // namespace vf::ingest_gateway
