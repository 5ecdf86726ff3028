#include "vf/mail/reply_text.hpp"

#include <algorithm>
#include <string_view>

#include "html_text.hpp"
#include "transfer_encoding.hpp"
#include "without_history.hpp"

namespace vf::mail {

namespace {

// Text parts of which a program says that they are HTML are rare; those that are it are not.
bool looks_like_html(std::string_view body) {
    const auto first = body.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || body[first] != '<') {
        return false;
    }
    return body.find("</") != std::string_view::npos;
}

std::string own_text_of(std::string_view text) {
    return without_history(text, reply_text_max, body_marks_max).text;
}

std::string of_html(std::string_view body) {
    const auto read = [body](quote_blocks dropped) {
        return own_text_of(html_text(body, dropped, body_marks_max));
    };
    std::string text = read(quote_blocks::mail_clients_too);
    // Somebody who answers below a quotation may be within the container of his mail program.
    return text.empty() ? read(quote_blocks::blockquotes) : text;
}

std::string of_body(std::string_view body, bool html) {
    const std::string decoded = without_transfer_encoding(body.substr(0, body_read_max));
    return html || looks_like_html(decoded) ? of_html(decoded) : own_text_of(decoded);
}

}  // namespace

std::string reply_text(const inbound_mail& mail) {
    std::string text = of_body(mail.stripped_reply, false);
    if (text.empty()) {
        text = of_body(mail.text_body, false);
    }
    if (text.empty()) {
        text = of_body(mail.html_body, true);
    }
    return text;
}

}  // namespace vf::mail
