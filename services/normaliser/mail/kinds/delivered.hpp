// The recipient's server took the mail. Core.
#pragma once

#include "normaliser/mail/kinds/mail_kind.hpp"

namespace vf::normaliser {

inline constexpr mail_kind delivered_kind{
    .record_type = "Delivery",
    .address_field = "Recipient",
    .occurred_at_field = "DeliveredAt",
    .read = [](const json::value& /*body*/) -> mail_fact_reading { return mail_delivered{}; },
};

}  // namespace vf::normaliser
