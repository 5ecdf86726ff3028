// Who calls, and whether they may. There is one operator token today, with every role; tokens of
// operators with roles of their own come in here and nowhere else. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vf/http/message.hpp"

namespace vf::console {

// Each includes those before it.
enum class role { view, operate, administer };

struct principal {
    std::string name;  // the actor of the audit
    console::role role{console::role::view};
};

// Nothing when the Authorization header is missing, malformed, repeated or wrong.
[[nodiscard]] std::optional<principal> authenticate(
    const http::headers& headers, std::string_view admin_token
);

// The API key of a customer, well formed, sent in place of a token: live or not, it opens nothing
// here.
[[nodiscard]] std::optional<std::string_view> api_key_in(const http::headers& headers);

[[nodiscard]] bool may(const principal& who, role needed);

}  // namespace vf::console
