// The body of POST /api/v1/postmark/{project}: looked through for its key on the topic, and carried
// verbatim, whatever it is. Core.
#pragma once

#include <string_view>

namespace vf::ingest_gateway {

// What keeps notices about one mail in order: its message id, else its recipient, else nothing. A
// look at the first 16 KiB for the text of such a member, at any depth and in any bytes: it finds
// what the provider writes, refuses nothing, and decides nothing but the order. A part of `body`.
[[nodiscard]] std::string_view mail_subject(std::string_view body);

}  // namespace vf::ingest_gateway
