// One message of vf.mail to what it says, or to what becomes of it instead. Core. Kinds are in
// kinds/. Bodies of the provider are read leniently: a field that is not needed may be missing or
// of another type, and what is not text becomes text (vf/json/mend.hpp).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "normaliser/mail/kinds/mail_kind.hpp"
#include "normaliser/mail/mail_notice.hpp"
#include "vf/json/value.hpp"
#include "vf/mail/link_tokens.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/set_aside.hpp"

namespace vf::normaliser {

using mail_reading = std::variant<mail_notice, ignored_mail, wire::set_aside_reason>;

[[nodiscard]] mail_reading read_mail(const wire::mail_event& message, const mail::link_keys& keys);

// Of messages that are ours: a body that is not as it must be has a fault of ours, and is kept.
[[nodiscard]] mail_reading read_one_click(const wire::mail_event& message, const json::value& body);
[[nodiscard]] mail_reading read_operator_decision(
    const wire::mail_event& message, const json::value& body
);

[[nodiscard]] wire::set_aside_reason invalid_field(std::string_view field, std::string detail);

// Each field with its length before it, so that no two notices read the same.
[[nodiscard]] std::string identity_text(std::initializer_list<std::string_view> fields);

}  // namespace vf::normaliser
