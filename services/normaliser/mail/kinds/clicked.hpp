// The recipient followed a link of the mail. Core.
#pragma once

#include "normaliser/mail/kinds/mail_kind.hpp"
#include "vf/base/time_text.hpp"

namespace vf::normaliser {

inline constexpr mail_kind clicked_mail{
    .record_type = "Click",
    .webhook_type = "email.clicked",
    .recipient_field = "Recipient",
    .occurred_at_field = "ReceivedAt",
    .distinguishing_field = "OriginalLink",
    .data = [](const json::value& body, instant occurred_at) -> std::vector<webhook_field> {
        return {
            {"url", std::string{body.string_at("OriginalLink").value_or("")}},
            {"clickedAt", format_milliseconds(occurred_at)},
        };
    },
};

}  // namespace vf::normaliser
