// Bodies of POST /api/v1/events and /api/v1/events/batch to records. Core.
#pragma once

#include "ingest-gateway/parse/incoming_record.hpp"
#include "vf/base/clock.hpp"
#include "vf/json/value.hpp"

namespace vf::ingest_gateway {

[[nodiscard]] incoming_records parse_event(const json::value& body, instant now);

// All or nothing: one bad event refuses the batch, and every bad one is named by its path
// ("events[3].external_user_id").
[[nodiscard]] incoming_records parse_event_batch(const json::value& body, instant now);

[[nodiscard]] wire::parsed<incoming_record> parse_event_record(
    const json::value& event, instant now
);

}  // namespace vf::ingest_gateway
