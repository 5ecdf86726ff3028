// What customers hear of an outcome: exactly the documented fields, in their order. Core.
//
// A text that would make an event larger than a topic takes is cut: a link or a reason at 256 KiB,
// a reply at 4 MiB, as JSON writes them.
#pragma once

#include <string>
#include <string_view>

#include "normaliser/mail/mail_notice.hpp"
#include "normaliser/mail/match_mail.hpp"

namespace vf::normaliser {

// The webhook types of a mail.
namespace webhook_type {
inline constexpr std::string_view opened = "email.opened";
inline constexpr std::string_view clicked = "email.clicked";
inline constexpr std::string_view bounced = "email.bounced";
inline constexpr std::string_view replied = "email.replied";
inline constexpr std::string_view unsubscribed = "email.unsubscribed";
}  // namespace webhook_type

[[nodiscard]] std::string opened_body(const mail_notice& notice, const mail_match& match);
[[nodiscard]] std::string clicked_body(
    const mail_notice& notice, const mail_match& match, const mail_clicked& clicked
);
[[nodiscard]] std::string bounced_body(
    const mail_notice& notice, const mail_match& match, const mail_bounced& bounced
);

[[nodiscard]] std::string replied_body(
    const mail_notice& notice, const mail_match& match, const mail_replied& reply
);

// `source`: one_click, reply_request or manual.
[[nodiscard]] std::string unsubscribed_body(
    const mail_notice& notice, const mail_match& match, std::string_view email,
    std::string_view source
);

}  // namespace vf::normaliser
