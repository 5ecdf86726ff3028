// The Idempotency-Key header. Core.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "ingest-gateway/api/replies.hpp"
#include "vf/http/message.hpp"

namespace vf::ingest_gateway {

// Nothing when none was sent. One header of 1 to 255 printable ASCII characters, else 422.
[[nodiscard]] std::expected<std::optional<std::string>, refusal> idempotency_key(
    const http::headers& headers
);

}  // namespace vf::ingest_gateway
