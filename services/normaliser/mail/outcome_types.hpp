// What a notice may come to. Core.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "normaliser/mail/mail_notice.hpp"

namespace vf::normaliser {

// The types of what a notice may come to, the one that is there whenever any is first; none where
// nothing is recorded of it.
[[nodiscard]] std::vector<std::string_view> outcome_types(const mail_notice& notice);

// Whether it may change who is written to: its project is locked then.
[[nodiscard]] bool changes_permission(const mail_notice& notice);

// The ids of the messages of ours it may be about, the likeliest first.
[[nodiscard]] std::vector<std::string> messages_of(const mail_notice& notice);

}  // namespace vf::normaliser
