// The text of an HTML body, as a reader sees it. Used by reply_text. Pure; any thread; one pass,
// and whatever is no HTML passes as text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vf::mail {

enum class quote_blocks {
    blockquotes,      // only what is in <blockquote>
    mail_clients_too  // and in the containers in which mail programs put the mail answered
};

// Without quoted blocks, scripts, styles and comments; a line for each block of the page. Behind
// `marks` tags and character references nothing is read.
[[nodiscard]] std::string html_text(std::string_view html, quote_blocks dropped, std::size_t marks);

// The code point of the character reference at the front of `text` ("&eacute;", "&#233;"), and its
// length; a value of 0 when it is none.
struct character_reference {
    char32_t value = 0;
    std::size_t length = 0;
};

[[nodiscard]] character_reference read_character_reference(std::string_view text);

}  // namespace vf::mail
