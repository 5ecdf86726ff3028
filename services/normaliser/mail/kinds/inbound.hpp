// What somebody wrote back. It has no record type: it is known by its sender. Core.
#pragma once

#include "normaliser/mail/read_mail.hpp"
#include "vf/mail/link_tokens.hpp"

namespace vf::normaliser {

[[nodiscard]] bool is_inbound(const json::value& body);

[[nodiscard]] mail_reading read_inbound(
    const wire::mail_event& message, const json::value& body, const mail::link_keys& keys
);

}  // namespace vf::normaliser
