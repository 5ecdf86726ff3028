// The recipient opened the mail. Core.
#pragma once

#include "normaliser/mail/kinds/mail_kind.hpp"

namespace vf::normaliser {

inline constexpr mail_kind opened_kind{
    .record_type = "Open",
    .address_field = "Recipient",
    .occurred_at_field = "ReceivedAt",
    .read = [](const json::value& /*body*/) -> mail_fact_reading { return mail_opened{}; },
};

}  // namespace vf::normaliser
