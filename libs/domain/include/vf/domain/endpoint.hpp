// Where a customer wants to be told, and of what. Pure data.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "vf/domain/ids.hpp"

namespace vf::domain {

inline constexpr std::array<std::string_view, 6> webhook_types{
    "email.opened",  "email.clicked",      "email.bounced",
    "email.replied", "email.unsubscribed", "trigger.fired",
};

// `body`: the page of the documentation taken literally, the body alone is signed.
enum class signature_form { timestamped, body };

struct endpoint {
    endpoint_id id;
    project_id project;
    std::string url;
    std::vector<std::string> event_types;
    signature_form signature{signature_form::timestamped};
    bool enabled{true};
};

}  // namespace vf::domain
