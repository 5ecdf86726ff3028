// The lines of a mail that its sender wrote anew. Used by reply_text. Pure; any thread; one pass
// that looks at most three lines ahead.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vf::mail {

struct own_text {
    std::string text;
    std::size_t visited = 0;  // lines looked at, those looked ahead to included
};

// Without quoted lines, the mail that is answered or forwarded, the signature behind "-- " and the
// lines of devices. Answers between or below quoted lines stay. UTF-8; control characters are
// spaces, several empty lines are one; at most `most` bytes,
// of the first `lines` lines and those that are looked ahead to.
[[nodiscard]] own_text without_history(std::string_view text, std::size_t most, std::size_t lines);

}  // namespace vf::mail
