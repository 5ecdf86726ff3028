// What brings set-aside records of one cause together: "v1:" and 16 hex characters over stage,
// code, field and detail, less what differs from record to record (numbers, ids, quoted texts,
// places in arrays), and never over project or user. Another algorithm is another version: what was
// grouped stays grouped. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "vf/wire/set_aside.hpp"

namespace vf::wire {

[[nodiscard]] std::string fingerprint_of(const set_aside_reason& why);

// "events[3].x: \"abc\" is 17 too long" → "events[#].x: '' is # too long": the text that counts.
[[nodiscard]] std::string without_particulars(std::string_view text);

}  // namespace vf::wire
