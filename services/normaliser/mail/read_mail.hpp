// One notice of the mail provider to what it says, or to what becomes of it instead. Core.
// Fields may be missing: what is not needed is not asked for.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/set_aside.hpp"

namespace vf::normaliser {

enum class mail_kind { opened, clicked };

struct mail_notice {
    domain::project_id project;
    domain::event_id id;  // derived from what the provider repeats when it repeats itself
    mail_kind kind{mail_kind::opened};
    std::string message_id;
    std::string recipient;                  // empty when it was not told
    std::optional<domain::draft_id> draft;  // from the metadata: a hint, anybody may send one
    std::string link;                       // of a click
    instant occurred_at{};
    instant received_at{};
};

// Expected traffic that changes nothing.
struct ignored_mail {
    std::string kind;
};

using mail_reading = std::variant<mail_notice, ignored_mail, wire::set_aside_reason>;

[[nodiscard]] mail_reading read_mail(const wire::mail_event& message);

// The webhook type: "email.opened".
[[nodiscard]] std::string type_of(mail_kind kind);

}  // namespace vf::normaliser
