// Whose mail a notice is about, and what its webhook says. Core.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "normaliser/mail/read_mail.hpp"
#include "vf/domain/ids.hpp"

namespace vf::normaliser {

struct draft_row {
    domain::draft_id id;
    std::int64_t user_id{0};
    domain::external_user_id user;
};

struct user_row {
    std::int64_t user_id{0};
    domain::external_user_id user;
};

// What was found in the notice's own project, in falling order of trust.
struct mail_candidates {
    std::optional<draft_row> by_message;
    std::optional<draft_row> by_metadata;
    std::optional<user_row> by_address;
};

struct mail_match {
    user_row whose;
    std::optional<domain::draft_id> draft;  // nothing when only the address says whose it is
};

[[nodiscard]] std::optional<mail_match> match_mail(const mail_candidates& found);

// The frozen body of the webhook.
[[nodiscard]] std::string webhook_body(const mail_notice& notice, const mail_match& match);

}  // namespace vf::normaliser
