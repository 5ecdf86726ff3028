// How mail programs introduce the mail that is answered, and what they add themselves: data, in
// folded text. Used by without_history. Pure; any thread.
#pragma once

#include <string_view>

namespace vf::mail {

// `line` is folded, without white space at its ends.

// "On Monday, Ann <ann@example.com> wrote:" and its like; the line may be several joined.
[[nodiscard]] bool is_attribution(std::string_view line);

// Whether an attribution can begin with this line, though it does not end in it.
[[nodiscard]] bool may_begin_attribution(std::string_view line);

// "-----Original Message-----", "Begin forwarded message:"
[[nodiscard]] bool is_history_bar(std::string_view line);

// "From: Ann", and the other lines of the head of a mail as programs print it.
[[nodiscard]] bool is_sender_line(std::string_view line);
[[nodiscard]] bool is_mail_head_line(std::string_view line);

// "Sent from my iPhone"
[[nodiscard]] bool is_device_line(std::string_view line);

}  // namespace vf::mail
