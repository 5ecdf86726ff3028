// The kinds of notice that become webhook events. To add one: a header beside this one, and its
// line in mail_kinds.cpp. Core.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/json/value.hpp"

namespace vf::normaliser {

// A member of the webhook's `data`.
struct webhook_field {
    std::string_view name;
    std::string value;

    friend bool operator==(const webhook_field&, const webhook_field&) = default;
};

struct mail_kind {
    std::string_view record_type;   // as the provider names it: "Open"
    std::string_view webhook_type;  // as customers know it: "email.opened"

    // Which of the provider's fields say what every notice says.
    std::string_view recipient_field;
    std::string_view occurred_at_field;
    // Tells notices apart that agree in message, recipient and time; empty: none does.
    std::string_view distinguishing_field;

    // What the webhook says beyond whose mail it was, in this order.
    std::vector<webhook_field> (*data)(const json::value& body, instant occurred_at);
};

// Null for a record type that is none of them.
[[nodiscard]] const mail_kind* find_mail_kind(std::string_view record_type);

// Expected traffic that changes nothing.
[[nodiscard]] bool is_ignored_mail(std::string_view record_type);

}  // namespace vf::normaliser
