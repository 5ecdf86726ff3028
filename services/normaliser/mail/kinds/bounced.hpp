// The mail came back, or its recipient called it spam. Core.
#pragma once

#include "normaliser/mail/kinds/mail_kind.hpp"

namespace vf::normaliser {

// `type`: of a body that does not say.
[[nodiscard]] mail_fact_reading read_bounce(const json::value& body, std::string_view type);

inline constexpr mail_kind bounced_kind{
    .record_type = "Bounce",
    .address_field = "Email",
    .occurred_at_field = "BouncedAt",
    .id_field = "ID",
    .distinguishing_field = "Type",
    .read = [](const json::value& body) { return read_bounce(body, "Unknown"); },
};

inline constexpr mail_kind complained_kind{
    .record_type = "SpamComplaint",
    .address_field = "Email",
    .occurred_at_field = "BouncedAt",
    .id_field = "ID",
    .read = [](const json::value& body) { return read_bounce(body, "SpamComplaint"); },
};

}  // namespace vf::normaliser
