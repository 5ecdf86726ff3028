// A batch of notices, and what stands of those they are about, to outcomes and effects. Core: in
// the order of the batch, so that each notice meets what those before it came to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "normaliser/mail/mail_state.hpp"

namespace vf::normaliser {

// A decision about a notice, keyed by it. Without a body it is recorded only: nobody hears of it.
struct mail_outcome {
    domain::project_id project;
    domain::event_id id;
    std::string type;
    std::int64_t user_id{0};
    std::optional<domain::draft_id> draft;
    std::string message_id;
    std::string body;    // of the webhook, frozen
    std::string detail;  // JSON: by what it was decided
    instant occurred_at{};
    instant received_at{};
};

struct suppression_change {
    address_name address;
    suppression_cause cause{suppression_cause::inactive};
    std::optional<suppression> row;  // nothing: lifted
};

struct soft_bounce_row {
    address_name address;
    soft_bounce bounce;
};

// Whatever bounced softly until then has been made up for.
struct soft_bounces_ended {
    address_name address;
    instant until{};
};

// Which mail a message is of, where only the provider's webhook says so.
struct learned_message {
    domain::project_id project;
    std::string message_id;
    domain::draft_id draft;
    std::int64_t user_id{0};
    instant received_at{};
};

struct mail_decisions {
    // Of each notice, in order: the ids of what stands of it, decided now or before, ...
    std::vector<std::vector<domain::event_id>> standing;
    // ... or the reason code of why nothing does.
    std::vector<std::optional<std::string_view>> refused;

    std::vector<mail_outcome> outcomes;
    std::vector<suppression_change> suppressions;
    std::vector<soft_bounce_row> soft_bounces;
    std::vector<soft_bounces_ended> ended;
    std::vector<learned_message> messages;
    mail_state after;
};

struct mail_policy {
    std::size_t soft_bounces{3};  // so many in a row suppress an address
};

// `found` has one lookup for each notice.
[[nodiscard]] mail_decisions decide_mail(
    const std::vector<mail_notice>& notices, const std::vector<mail_lookup>& found,
    mail_state state, const mail_policy& policy
);

}  // namespace vf::normaliser
