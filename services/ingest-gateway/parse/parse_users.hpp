// Body of POST /api/v1/users to a record. Core.
#pragma once

#include "ingest-gateway/parse/incoming_record.hpp"
#include "vf/base/clock.hpp"
#include "vf/json/value.hpp"

namespace vf::ingest_gateway {

[[nodiscard]] incoming_records parse_user(const json::value& body, instant now);

[[nodiscard]] wire::parsed<incoming_record> parse_user_record(const json::value& user, instant now);

}  // namespace vf::ingest_gateway
