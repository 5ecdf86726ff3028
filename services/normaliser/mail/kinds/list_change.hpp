// The provider's list of suppressions changed: "SubscriptionChange". Core.
#pragma once

#include "normaliser/mail/kinds/mail_kind.hpp"

namespace vf::normaliser {

[[nodiscard]] mail_fact_reading read_list_change(const json::value& body);

// One that was made at the provider's pages belongs to no message.
inline constexpr mail_kind list_change_kind{
    .record_type = "SubscriptionChange",
    .address_field = "Recipient",
    .occurred_at_field = "ChangedAt",
    .distinguishing_field = "SuppressionReason",
    .needs_message = false,
    .read = read_list_change,
};

}  // namespace vf::normaliser
