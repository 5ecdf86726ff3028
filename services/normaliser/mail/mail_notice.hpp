// What one message of vf.mail says, once it was read. Pure data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "normaliser/mail/kinds/bounce_types.hpp"
#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"
#include "vf/mail/classify_reply.hpp"

namespace vf::normaliser {

// Of a mail of ours, as the provider's webhooks have it.
struct mail_opened {};

struct mail_clicked {
    std::string url;
};

struct mail_delivered {};

struct mail_bounced {
    bounce_type type;
    bool inactive{false};  // the provider refuses to send to the address from now on
    std::string reason;
    // Heard by way of the provider's list of suppressions: the bounce itself may come too.
    bool listed{false};
};

// The provider's list of suppressions changed for another reason than a bounce.
struct list_changed {
    bool suppressed{false};
    bool by_recipient{false};
};

// What somebody wrote back, and how it reads.
struct mail_replied {
    std::string text;  // the whole of it
    mail::tone tone{mail::tone::neutral};
    std::string rule;  // that decided the tone, and its words
    std::string span;
    std::vector<std::string> references;  // ids of mails it may answer, the likeliest first
};

// Our link in a mail, by RFC 8058 or by its page.
struct one_click {
    std::int64_t user_id{0};
};

enum class operator_action { unsubscribe, pause, resume, resubscribe };

// What a person decided at the console.
struct operator_decision {
    operator_action action{operator_action::unsubscribe};
    domain::external_user_id user;
    std::optional<instant> until;  // of a pause; nothing: until it is resumed
    std::string actor;
    std::string reason;
};

using mail_fact = std::variant<
    mail_opened, mail_clicked, mail_delivered, mail_bounced, list_changed, mail_replied, one_click,
    operator_decision>;

// Nothing longer is the provider's id of a message, and no longer address is one.
inline constexpr std::size_t message_id_max = 255;

struct mail_notice {
    domain::project_id project;
    mail_fact fact;
    // What its sender repeats when it repeats itself: the ids of its outcomes are derived from it.
    std::string identity;
    std::string message_id;  // the provider's; empty when it has none
    std::string address;     // of our recipient, who is the sender of a reply; empty: not said
    // Of a reply by the signed hash of its mailbox; else a hint of the metadata, which anybody may
    // send.
    std::optional<domain::draft_id> draft{};
    instant occurred_at{};
    instant received_at{};
};

// The identity of a bounce that is heard of by way of the list of suppressions.
[[nodiscard]] std::string listed_identity(
    std::string_view bounce, std::string_view message, std::string_view address
);

// The id of what the notice comes to under that type.
[[nodiscard]] domain::event_id outcome_id(const mail_notice& notice, std::string_view type);

}  // namespace vf::normaliser
