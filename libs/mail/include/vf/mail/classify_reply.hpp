// The tone of a reply, by rules that are data, and which of them decided. Called by the normaliser
// for mail that a person wrote (machine_mail.hpp). Pure; any thread; cannot fail: a text that no
// rule fits is neutral. Linear in the text, and at most reply_text_max bytes of it are judged.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vf/mail/inbound_mail.hpp"

namespace vf::mail {

enum class tone {
    positive,
    neutral,
    negative,
    unsubscribe_request,
};

struct reply_verdict {
    tone value = tone::neutral;
    std::string rule;  // the rule that decided: "en.opt_out.no_more", "none" when none did
    std::string span;  // its words as the customer wrote them, UTF-8, at most 200 bytes
};

// Raised by every change of the rules that can change a verdict.
inline constexpr std::uint32_t tone_rules_version = 1;

[[nodiscard]] reply_verdict classify_reply(const inbound_mail& mail);

// As in the contract: "positive", "neutral", "negative", "unsubscribe_request".
[[nodiscard]] std::string_view name_of(tone value);

}  // namespace vf::mail
