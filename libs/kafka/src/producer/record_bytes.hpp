// Records to and from librdkafka. Everything is copied, nothing of librdkafka's outlives a call.
#pragma once

#include <cstdint>

#include "client/handles.hpp"
#include "vf/wire/record.hpp"

namespace vf::kafka {

// The most bytes the record takes on the wire when it is a batch of its own, uncompressed.
[[nodiscard]] std::int64_t wire_bytes(const wire::record& one);

// Null when the record has no headers.
[[nodiscard]] headers_handle make_headers(const wire::record& one);

[[nodiscard]] wire::record copy_record(const rd_kafka_message_t& message);

}  // namespace vf::kafka
