// The kinds of the provider's webhooks about a mail of ours. To add one: a header beside this one,
// and its line in mail_kinds.cpp. Core.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "normaliser/mail/mail_notice.hpp"
#include "vf/json/value.hpp"
#include "vf/wire/set_aside.hpp"

namespace vf::normaliser {

// Expected traffic that changes nothing.
struct ignored_mail {
    std::string_view kind;  // of the metric
};

using mail_fact_reading = std::variant<mail_fact, ignored_mail, wire::set_aside_reason>;

struct mail_kind {
    std::string_view record_type;  // as the provider names it: "Open"

    // Which of the provider's fields say what every notice says.
    std::string_view address_field;
    std::string_view occurred_at_field;
    // The provider's own id of the notice, which tells it apart better than its time; empty: none.
    std::string_view id_field{};
    // Tells notices apart that agree in message, recipient and time; empty: none does.
    std::string_view distinguishing_field{};
    bool needs_message{true};

    mail_fact_reading (*read)(const json::value& body);
};

// Null for a record type that is none of them.
[[nodiscard]] const mail_kind* find_mail_kind(std::string_view record_type);

}  // namespace vf::normaliser
