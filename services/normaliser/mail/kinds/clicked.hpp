// The recipient followed a link of the mail. Core.
#pragma once

#include "normaliser/mail/kinds/mail_kind.hpp"

namespace vf::normaliser {

inline constexpr mail_kind clicked_kind{
    .record_type = "Click",
    .address_field = "Recipient",
    .occurred_at_field = "ReceivedAt",
    .distinguishing_field = "OriginalLink",
    .read = [](const json::value& body) -> mail_fact_reading {
        return mail_clicked{std::string{body.string_at("OriginalLink").value_or("")}};
    },
};

}  // namespace vf::normaliser
