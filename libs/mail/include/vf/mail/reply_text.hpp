// What a person wrote anew in a reply: without quoted history, signature and mark-up. Used by
// classify_reply; the mail itself is kept and shown whole. Pure; any thread; cannot fail.
#pragma once

#include <cstddef>
#include <string>

#include "vf/mail/inbound_mail.hpp"

namespace vf::mail {

// Most of a reply's text that is judged, and most of a body that is looked through for it, in
// bytes; and in lines or, of HTML, in tags and character references, which is what takes time.
inline constexpr std::size_t reply_text_max = std::size_t{20} * 1024;
inline constexpr std::size_t body_read_max = std::size_t{256} * 1024;
inline constexpr std::size_t body_marks_max = 8'000;

// The provider's stripped reply, else the text body, else the HTML body: the first of them that has
// anything left when history, signature and mark-up are gone. In the customer's own letters, as
// UTF-8 without control characters except line feeds; at most reply_text_max bytes.
[[nodiscard]] std::string reply_text(const inbound_mail& mail);

}  // namespace vf::mail
