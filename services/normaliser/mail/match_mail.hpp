// Whose mail a notice is about. Core.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

#include "normaliser/mail/mail_notice.hpp"
#include "vf/domain/ids.hpp"

namespace vf::normaliser {

struct user_row {
    std::int64_t user_id{0};
    domain::external_user_id user;
};

struct draft_row {
    domain::draft_id id;
    user_row whose;
};

// The drafts of one user that may be the mail: those not cancelled that were there by then.
struct fitting_drafts {
    std::size_t all{0};
    std::optional<domain::draft_id> one{};  // of all, where there is one
    std::size_t without_message{0};         // of which no message is known
    std::optional<domain::draft_id> one_without_message{};
};

struct addressed_user {
    user_row whose;
    fitting_drafts drafts{};
    // What was sent to the user last, when that was within 30 days of the notice.
    std::optional<domain::draft_id> last_sent{};
};

// What was found in the notice's own project, in falling order of trust.
struct mail_candidates {
    std::optional<draft_row> by_message{};
    std::optional<draft_row> by_draft{};
    std::optional<user_row> by_user{};         // that the notice names
    std::vector<addressed_user> by_address{};  // ten stand for any number
};

struct mail_match {
    user_row whose;
    std::optional<domain::draft_id> draft;  // nothing where it is of no one draft
    std::string_view by;                    // what it was found by
};

// Or the reason code: several fit, or nobody does.
[[nodiscard]] std::expected<mail_match, std::string_view> match_mail(
    const mail_notice& notice, const mail_candidates& found
);

}  // namespace vf::normaliser
