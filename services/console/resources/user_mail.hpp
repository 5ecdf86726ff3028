// Whether a user is written to, as people decide it: unsubscribe, pause, resume, resubscribe. The
// console writes no user: it says so on vf.mail, and the normaliser acts on it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "console/api/api_context.hpp"

namespace vf::console {

// {"reason"}, and {"until"?} of a pause: without it the pause holds until somebody resumes.
struct user_mail_request {
    std::string action;  // unsubscribe, pause, resume or resubscribe
    std::string reason;
    std::optional<instant> until;
};

// `until` must be after `now`. Pure.
[[nodiscard]] api_result<user_mail_request> parse_user_mail(
    std::string_view action, std::string text, instant now
);

// The body of the mail event, which only the normaliser reads. Pure.
[[nodiscard]] std::string user_mail_body(
    const user_mail_request& request, std::string_view external_user_id, std::string_view actor,
    std::string_view request_id
);

[[nodiscard]] std::span<const route> user_mail_routes();

}  // namespace vf::console
