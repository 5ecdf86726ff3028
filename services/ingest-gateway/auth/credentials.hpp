// Who a request says it is, read from its Authorization header. Core.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vf/http/message.hpp"

namespace vf::ingest_gateway {

// The key of "Authorization: Bearer <key>", sent once; form and checksum are right.
[[nodiscard]] std::optional<std::string_view> bearer_key(const http::headers& headers);

struct basic_credentials {
    std::string username;
    std::string password;
};

[[nodiscard]] std::optional<basic_credentials> basic_auth(const http::headers& headers);

// Takes the same time whichever part differs, and where.
[[nodiscard]] bool same_credentials(const basic_credentials& a, const basic_credentials& b);

}  // namespace vf::ingest_gateway
