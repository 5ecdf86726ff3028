// The body of POST /api/v1/postmark/{project}: read only as far as its key on the topic needs, and
// carried verbatim. Core.
#pragma once

#include <expected>
#include <string>

#include "ingest-gateway/api/replies.hpp"
#include "vf/json/value.hpp"

namespace vf::ingest_gateway {

// What keeps notices about one mail in order: its message id, else its recipient, else nothing.
[[nodiscard]] std::expected<std::string, refusal> mail_subject(const json::value& body);

}  // namespace vf::ingest_gateway
