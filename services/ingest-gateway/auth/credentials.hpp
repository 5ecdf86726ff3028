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

// What the mail provider shows: a name and a password, or the password alone in a header of its own
// (a password in an address is one in the logs of whoever shows addresses).
struct provider_credentials {
    std::optional<std::string> username;
    std::string password;
};

inline constexpr std::string_view webhook_secret_header = "X-Vibefollow-Webhook-Secret";

// Where there is an Authorization header, that one counts. A header that is there twice is none.
[[nodiscard]] std::optional<provider_credentials> provider_auth(const http::headers& headers);

// Takes the same time whichever part differs, and where.
[[nodiscard]] bool matches(const provider_credentials& shown, const basic_credentials& stored);

}  // namespace vf::ingest_gateway
