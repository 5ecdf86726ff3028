// A request's bytes to a JSON value, or the refusal. Core.
#pragma once

#include <expected>

#include "ingest-gateway/api/replies.hpp"
#include "vf/http/message.hpp"
#include "vf/json/value.hpp"

namespace vf::ingest_gateway {

// The content type must be application/json; parameters such as charset are let pass.
[[nodiscard]] std::expected<void, refusal> check_content_type(const http::headers& headers);

// The value points into `body`.
[[nodiscard]] std::expected<json::value, refusal> parse_body(std::string_view body);

}  // namespace vf::ingest_gateway
