// Body of POST /api/v1/users to the one record it holds. Core.
#pragma once

#include "incoming_record.hpp"
#include "vf/base/clock.hpp"
#include "vf/json/value.hpp"

namespace vf::ingest_gateway {

[[nodiscard]] incoming_records parse_user(const json::value& body, instant now);

}  // namespace vf::ingest_gateway
