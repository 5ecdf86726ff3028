// Whether the body of POST /u/{token} says what RFC 8058 wants it to say. Core.
#pragma once

#include <string_view>

#include "vf/http/message.hpp"

namespace vf::ingest_gateway {

// Whether the pair List-Unsubscribe=One-Click is among the fields of the form. A multipart form by
// its boundary; whatever else it says it is, it is read as a form in one line, since a person who
// wants no more mail is not to be held up by a header.
[[nodiscard]] bool is_one_click(const http::headers& headers, std::string_view body);

}  // namespace vf::ingest_gateway
