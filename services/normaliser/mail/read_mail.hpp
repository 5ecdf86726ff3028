// One notice of the mail provider to what it says, or to what becomes of it instead. Core.
// Kinds are in kinds/. A field that is not needed may be missing.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "normaliser/mail/kinds/mail_kind.hpp"
#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/set_aside.hpp"

namespace vf::normaliser {

struct mail_notice {
    domain::project_id project;
    domain::event_id id;  // derived from what the provider repeats when it repeats itself
    std::string type;     // of the webhook: "email.opened"
    std::string message_id;
    std::string recipient;                  // empty when the notice does not say
    std::optional<domain::draft_id> draft;  // from the metadata: a hint, anybody may send one
    std::vector<webhook_field> data;        // what the webhook says of this kind
    instant occurred_at{};
    instant received_at{};
};

// Expected traffic that changes nothing.
struct ignored_mail {
    std::string kind;
};

using mail_reading = std::variant<mail_notice, ignored_mail, wire::set_aside_reason>;

[[nodiscard]] mail_reading read_mail(const wire::mail_event& message);

}  // namespace vf::normaliser
