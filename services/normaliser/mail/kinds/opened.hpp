// The recipient opened the mail. Core.
#pragma once

#include "normaliser/mail/kinds/mail_kind.hpp"
#include "vf/base/time_text.hpp"

namespace vf::normaliser {

inline constexpr mail_kind opened_mail{
    .record_type = "Open",
    .webhook_type = "email.opened",
    .recipient_field = "Recipient",
    .occurred_at_field = "ReceivedAt",
    .distinguishing_field = {},
    .data = [](const json::value& /*body*/, instant occurred_at) -> std::vector<webhook_field> {
        return {{"openedAt", format_milliseconds(occurred_at)}};
    },
};

}  // namespace vf::normaliser
