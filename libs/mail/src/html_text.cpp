#include "html_text.hpp"

#include <algorithm>
#include <array>

#include "code_points.hpp"

namespace vf::mail {

namespace {

// Elements that begin and end a line.
constexpr std::array blocks = std::to_array<std::string_view>({
    "br",
    "p",
    "div",
    "li",
    "tr",
    "ul",
    "ol",
    "table",
    "blockquote",
    "hr",
    "pre",
    "section",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
});

// What mail programs call the element with the mail that is answered.
constexpr std::array quote_marks = std::to_array<std::string_view>({
    "gmail_quote",
    "gmail_attr",
    "yahoo_quoted",
    "moz-cite-prefix",
    "protonmail_quote",
    "tutanota_quote",
    "zmail_extra",
});

// Behind these there is nothing but the mail that is answered.
constexpr std::array end_marks = std::to_array<std::string_view>({
    "divRplyFwdMsg",
    "appendonsend",
    "OutlookMessageHeader",
    "mail-editor-reference-message-container",
    "ms-outlook-mobile-reference-message",
});

template <std::size_t Size>
bool among(const std::array<std::string_view, Size>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

template <std::size_t Size>
bool holds_any(std::string_view text, const std::array<std::string_view, Size>& marks) {
    return std::ranges::any_of(marks, [text](std::string_view mark) {
        return text.find(mark) != std::string_view::npos;
    });
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct tag {
    std::string name;  // in lower case; empty for what has none
    bool closes = false;
    std::string_view rest;  // its attributes
};

constexpr std::size_t tag_name_max = 16;

// `content` is what stands between < and >.
tag read_tag(std::string_view content) {
    tag read;
    if (content.starts_with('/')) {
        read.closes = true;
        content.remove_prefix(1);
    }
    std::size_t length = 0;
    while (length < std::min(content.size(), tag_name_max) &&
           (is_letter(content[length]) || (content[length] >= '0' && content[length] <= '9'))) {
        ++length;
    }
    read.name = folded(content.substr(0, length));
    read.rest = content.substr(length);
    return read;
}

class html_reader {
public:
    html_reader(std::string_view html, quote_blocks dropped, std::size_t marks)
        : html_{html}, dropped_{dropped}, marks_{marks} {}

    std::string read() {
        while (index_ < html_.size() && marks_ > 0) {
            if (html_[index_] == '<' && opens_markup()) {
                read_markup();
            } else {
                read_text();
            }
        }
        return std::move(text_);
    }

private:
    // A < before anything else is a character: "1 < 2".
    bool opens_markup() const {
        if (index_ + 1 >= html_.size()) {
            return false;
        }
        const char next = html_[index_ + 1];
        return is_letter(next) || next == '/' || next == '!' || next == '?';
    }

    // Behind the next `end`, or the end of the page: what is not ended goes on to there.
    void skip_behind(std::string_view end) {
        const auto found = html_.find(end, index_);
        index_ = found == std::string_view::npos ? html_.size() : found + end.size();
    }

    // What a script or a style sheet has is no mark-up until its own end tag.
    void skip_raw_text(std::string_view name) {
        while (index_ < html_.size() && marks_ > 0) {
            --marks_;
            skip_behind("</");
            if (folded(html_.substr(index_, name.size())) == name) {
                skip_behind(">");
                return;
            }
        }
    }

    void read_markup() {
        --marks_;
        if (html_.substr(index_).starts_with("<!--")) {
            skip_behind("-->");
            return;
        }
        const std::size_t start = index_ + 1;
        skip_behind(">");
        const auto length = std::min(index_ - start, html_.size() - start);
        const tag found = read_tag(html_.substr(start, length));
        if (!found.closes && (found.name == "script" || found.name == "style")) {
            skip_raw_text(found.name);
            return;
        }
        if (!found.closes && found.name == "head") {
            unread_ = true;
        } else if (found.name == "head" || found.name == "body") {
            unread_ = false;
        }
        if (!unread_) {
            read_quote(found);
        }
        if (is_seen() && among(blocks, found.name)) {
            text_.push_back('\n');
        }
    }

    void read_quote(const tag& found) {
        if (!quote_.empty()) {
            if (found.name == quote_) {
                depth_ = found.closes ? depth_ - 1 : depth_ + 1;
            }
            if (depth_ == 0) {
                quote_.clear();
            }
            return;
        }
        if (found.closes || (found.name != "blockquote" && found.name != "div")) {
            return;
        }
        const bool of_client = dropped_ == quote_blocks::mail_clients_too;
        if (of_client && holds_any(found.rest, end_marks)) {
            index_ = html_.size();
        } else if (found.name == "blockquote" ||
                   (of_client && holds_any(found.rest, quote_marks))) {
            quote_ = found.name;
            depth_ = 1;
            text_.push_back('\n');
        }
    }

    // Up to the next character that can be something else; at least one.
    void read_text() {
        if (html_[index_] == '&') {
            --marks_;
            const auto reference = read_character_reference(html_.substr(index_));
            if (reference.value != 0) {
                index_ += reference.length;
                if (is_seen()) {
                    append_utf8(text_, reference.value);
                }
                return;
            }
        }
        const auto end = std::min(html_.find_first_of("<&", index_ + 1), html_.size());
        if (is_seen()) {
            const auto start = text_.size();
            text_.append(html_.substr(index_, end - index_));
            // White space of the source is a space; lines are made by elements.
            std::replace_if(
                text_.begin() + static_cast<std::ptrdiff_t>(start), text_.end(),
                [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' '
            );
        }
        index_ = end;
    }

    bool is_seen() const { return !unread_ && quote_.empty(); }

    std::string_view html_;
    quote_blocks dropped_;
    std::size_t marks_;  // that may still be read
    std::size_t index_ = 0;
    std::string text_;
    bool unread_ = false;  // within the head of the page
    std::string quote_;    // the element of a quoted block that is being passed over
    std::size_t depth_ = 0;
};

}  // namespace

std::string html_text(std::string_view html, quote_blocks dropped, std::size_t marks) {
    return html_reader{html, dropped, marks}.read();
}

}  // namespace vf::mail
