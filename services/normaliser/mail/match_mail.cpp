#include "normaliser/mail/match_mail.hpp"

#include <variant>

#include "vf/domain/reasons.hpp"

namespace vf::normaliser {

namespace {

namespace reason = domain::reason;

using matched = std::expected<mail_match, std::string_view>;

// One whose message is another is this mail only when there is no other: a message id may be wrong,
// or of a second try.
matched match_address(const addressed_user& found) {
    const auto& drafts = found.drafts;
    if (drafts.one_without_message) {
        return mail_match{found.whose, drafts.one_without_message, "address"};
    }
    if (drafts.all > 1) {
        return std::unexpected(reason::ambiguous_mail);
    }
    return mail_match{found.whose, drafts.one, "address"};
}

// The hash of the mailbox is signed; what a reply refers to is what its sender says. A sender alone
// is whoever was written to lately, about the last mail: of no great confidence.
matched match_reply(const mail_candidates& found) {
    if (found.by_draft) {
        return mail_match{found.by_draft->whose, found.by_draft->id, "mailbox_hash"};
    }
    if (found.by_message) {
        return mail_match{found.by_message->whose, found.by_message->id, "reference"};
    }
    const addressed_user* lately = nullptr;
    for (const auto& user : found.by_address) {
        if (user.last_sent && lately != nullptr) {
            return std::unexpected(reason::ambiguous_mail);
        }
        lately = user.last_sent ? &user : lately;
    }
    if (lately == nullptr) {
        return std::unexpected(reason::unmatched_mail);
    }
    return mail_match{lately->whose, lately->last_sent, "sender"};
}

}  // namespace

matched match_mail(const mail_notice& notice, const mail_candidates& found) {
    if (std::holds_alternative<mail_replied>(notice.fact)) {
        return match_reply(found);
    }
    if (found.by_user) {
        return mail_match{*found.by_user, notice.draft, "user"};
    }
    if (found.by_message) {
        return mail_match{found.by_message->whose, found.by_message->id, "message"};
    }
    if (found.by_draft) {
        return mail_match{found.by_draft->whose, found.by_draft->id, "draft"};
    }
    if (std::holds_alternative<operator_decision>(notice.fact)) {
        return std::unexpected(reason::unknown_user);
    }
    if (found.by_address.empty()) {
        return std::unexpected(reason::unmatched_mail);
    }
    if (found.by_address.size() > 1) {
        return std::unexpected(reason::ambiguous_mail);
    }
    return match_address(found.by_address.front());
}

}  // namespace vf::normaliser
