// Mail that no person wrote: bounces and automatic replies. It is kept, but it has no tone, pauses
// nobody and is no reply. The normaliser looks before it classifies. Pure; any thread; cannot fail.
#pragma once

#include <optional>
#include <string_view>

#include "vf/mail/inbound_mail.hpp"

namespace vf::mail {

enum class machine_mail {
    none,
    bounce,
    auto_reply,  // out of office, a ticket system's receipt, a sender who must prove himself
};

// By the sender, the headers and the subject, never by the text: people quote bounces. The first
// thousand headers are looked at.
[[nodiscard]] machine_mail recognise_machine_mail(const inbound_mail& mail);

// The value of the first header of that name, compared without case.
[[nodiscard]] std::optional<std::string_view> header_value(
    const inbound_mail& mail, std::string_view name
);

}  // namespace vf::mail
