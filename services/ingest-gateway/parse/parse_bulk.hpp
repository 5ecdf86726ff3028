// Bodies of POST /api/v1/users/bulk and /api/v1/events/bulk to records. A fault of the envelope
// refuses the request (400), a fault of a record only that record. Core.
#pragma once

#include "ingest-gateway/parse/incoming_record.hpp"
#include "vf/base/clock.hpp"
#include "vf/json/value.hpp"

namespace vf::ingest_gateway {

[[nodiscard]] incoming_records parse_users_bulk(const json::value& body, instant now);

// An event that carries a timestamp is the same event whenever it is sent again.
[[nodiscard]] incoming_records parse_events_bulk(const json::value& body, instant now);

}  // namespace vf::ingest_gateway
