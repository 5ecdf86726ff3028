#include "without_history.hpp"

#include <algorithm>

#include "code_points.hpp"
#include "history_marks.hpp"

namespace vf::mail {

namespace {

// More of a line than this is not looked at for marks; nor is a longer attribution one.
constexpr std::size_t marks_max = 300;
constexpr std::size_t attribution_lines = 3;
// Lines behind a sender's in which the rest of the head of a mail stands.
constexpr std::size_t head_lines = 6;
constexpr std::size_t head_lines_min = 2;

std::string_view trimmed(std::string_view line) {
    constexpr std::string_view blank = " \t\r\v\f";
    const auto first = line.find_first_not_of(blank);
    return first == std::string_view::npos
               ? std::string_view{}
               : line.substr(first, line.find_last_not_of(blank) - first + 1);
}

bool is_quoted(std::string_view line) {
    constexpr std::string_view full_width = "\uff1e";
    return line.starts_with('>') || line.starts_with(full_width);
}

bool is_rule_of_underscores(std::string_view line) {
    return line.size() >= 10 && line.find_first_not_of('_') == std::string_view::npos;
}

class history_reader {
public:
    history_reader(std::string_view text, std::size_t most, std::size_t lines)
        : text_{text}, most_{most}, lines_{lines} {}

    own_text read() {
        while (index_ < text_.size() && !full_ && visited_ < lines_) {
            const std::string_view line = line_from(index_);
            const std::string_view words = trimmed(line);
            const std::size_t next = index_ + line.size() + 1;
            if (is_quoted(words)) {
                index_ = next;
            } else if (words.empty()) {
                keep_empty();
                index_ = next;
            } else if (!read_mark(words, next)) {
                keep(words);
                index_ = next;
            }
        }
        kept_.erase(kept_.find_last_not_of('\n') + 1);
        return {std::move(kept_), visited_};
    }

private:
    std::string_view line_from(std::size_t index) {
        ++visited_;
        return text_.substr(index, text_.find('\n', index) - index);
    }

    // The next lines that are not empty, up to `count` of them, are passed to `visit`.
    template <class Visit>
    void look_ahead(std::size_t index, std::size_t count, Visit visit) {
        std::size_t empty = 0;
        while (index < text_.size() && count > 0 && empty <= head_lines) {
            const std::string_view line = line_from(index);
            index += line.size() + 1;
            const std::string_view words = trimmed(line);
            if (words.empty()) {
                ++empty;
                continue;
            }
            --count;
            visit(words, index);
        }
    }

    // Whether the line at the front is no text of the sender's; moves behind it then.
    bool read_mark(std::string_view words, std::size_t next) {
        if (words == "--") {
            index_ = text_.size();
            return true;
        }
        const std::string line = folded(words.substr(0, marks_max));
        if (is_history_bar(line) || is_rule_of_underscores(words) || begins_head(line, next)) {
            index_ = text_.size();
            return true;
        }
        if (is_device_line(line)) {
            index_ = next;
            return true;
        }
        return read_attribution(line, next);
    }

    bool begins_head(const std::string& line, std::size_t next) {
        if (!is_sender_line(line)) {
            return false;
        }
        std::size_t found = 0;
        look_ahead(next, head_lines, [&found](std::string_view words, std::size_t) {
            found += is_mail_head_line(folded(words.substr(0, marks_max))) ? 1 : 0;
        });
        return found >= head_lines_min;
    }

    bool read_attribution(std::string line, std::size_t next) {
        std::size_t lines = 1;
        while (!is_attribution(line)) {
            if (++lines > attribution_lines || next >= text_.size() ||
                !may_begin_attribution(line)) {
                return false;
            }
            const std::string_view more = line_from(next);
            const std::string_view words = trimmed(more);
            if (words.empty() || is_quoted(words) || line.size() + words.size() > marks_max) {
                return false;
            }
            line.append(" ").append(folded(words));
            next += more.size() + 1;
        }
        // Where the quoted lines are marked, an answer can stand below them.
        bool marked = false;
        look_ahead(next, 1, [&marked](std::string_view words, std::size_t) {
            marked = is_quoted(words);
        });
        index_ = marked ? next : text_.size();
        return true;
    }

    void keep_empty() {
        if (!kept_.empty() && !kept_.ends_with("\n\n")) {
            kept_.push_back('\n');
        }
    }

    void keep(std::string_view words) {
        for (std::size_t i = 0; i < words.size();) {
            const code_point read = read_code_point(words, i);
            constexpr std::size_t longest = 4;
            if (kept_.size() + longest + 1 > most_) {
                full_ = true;
                return;
            }
            const bool control = read.value < 0x20 || (read.value >= 0x7f && read.value < 0xa0);
            append_utf8(kept_, control ? U' ' : read.value);
            i += read.length;
        }
        kept_.push_back('\n');
    }

    std::string_view text_;
    std::size_t most_;
    std::size_t lines_;
    std::size_t index_ = 0;
    std::string kept_;
    bool full_ = false;
    std::size_t visited_ = 0;
};

}  // namespace

own_text without_history(std::string_view text, std::size_t most, std::size_t lines) {
    return history_reader{text, most, lines}.read();
}

}  // namespace vf::mail
