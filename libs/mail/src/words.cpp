#include "words.hpp"

#include <algorithm>
#include <array>

#include "code_points.hpp"

namespace vf::mail {

namespace {

enum class letter_kind {
    letter,
    whole_word,  // a letter of a script without spaces
    apostrophe,
    hyphen,
    sentence_mark,
    comma,
    line_feed,
    other,
};

struct script_range {
    char32_t first;
    char32_t last;
    letter_kind kind;
};

// What is not among them parts words: punctuation, symbols, emoji.
constexpr std::array scripts = std::to_array<script_range>({
    {0x00c0, 0x02af, letter_kind::letter},        // Latin
    {0x0370, 0x052f, letter_kind::letter},        // Greek, Cyrillic
    {0x0531, 0x0587, letter_kind::letter},        // Armenian
    {0x0590, 0x06ff, letter_kind::letter},        // Hebrew, Arabic
    {0x0900, 0x0dff, letter_kind::letter},        // scripts of India
    {0x0e00, 0x0fff, letter_kind::whole_word},    // Thai, Lao, Tibetan
    {0x10a0, 0x10ff, letter_kind::letter},        // Georgian
    {0x1e00, 0x1fff, letter_kind::letter},        // Latin, Greek
    {0x3041, 0x30ff, letter_kind::whole_word},    // kana
    {0x3400, 0x9fff, letter_kind::whole_word},    // Han
    {0xac00, 0xd7af, letter_kind::whole_word},    // Hangul
    {0xf900, 0xfaff, letter_kind::whole_word},    // Han
    {0x20000, 0x2ffff, letter_kind::whole_word},  // Han
});

letter_kind kind_of_ascii(char c) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        return letter_kind::letter;
    }
    switch (c) {
        case '\'':
            return letter_kind::apostrophe;
        case '-':
            return letter_kind::hyphen;
        case '.':
        case '!':
        case '?':
            return letter_kind::sentence_mark;
        case ',':
        case ';':
        case ':':
        case '(':
        case ')':
            return letter_kind::comma;
        case '\n':
            return letter_kind::line_feed;
        default:
            return letter_kind::other;
    }
}

letter_kind kind_of(std::string_view text) {
    if (text.size() == 1) {
        return kind_of_ascii(text.front());
    }
    const char32_t value = read_code_point(text, 0).value;
    if (value < 0x80) {
        return kind_of_ascii(text.front());  // "..." of one character
    }
    const auto* const found = std::ranges::lower_bound(scripts, value, {}, &script_range::last);
    return found != scripts.end() && value >= found->first ? found->kind : letter_kind::other;
}

bool is_capital(char32_t value) {
    return (value >= U'A' && value <= U'Z') || (value >= 0xc0 && value <= 0xde) ||
           (value >= 0x0410 && value <= 0x042f);
}

class word_reader {
public:
    explicit word_reader(std::string_view source) : source_{source} {
        result_.folded.reserve(source.size());
    }

    word_text read() {
        std::string text;
        for (std::size_t i = 0; i < source_.size();) {
            const code_point found = read_code_point(source_, i);
            text.clear();
            append_folded(text, found.value);
            if (!text.empty()) {
                read_letter(text, found, i);
            }
            i += found.length;
        }
        end_word();
        end_sentence();
        return std::move(result_);
    }

private:
    void read_letter(const std::string& text, const code_point& found, std::size_t index) {
        const letter_kind kind = kind_of(text);
        if (kind == letter_kind::letter || kind == letter_kind::whole_word) {
            if (kind == letter_kind::whole_word) {
                end_word();
            }
            append(text, found, index);
            if (kind == letter_kind::whole_word) {
                end_word();
            }
            return;
        }
        end_word();
        separator_ = text.front();
        ++separators_;
        if (kind == letter_kind::sentence_mark) {
            stop_ = true;
            stop_end_ = index + found.length;
            question_ = question_ || text.front() == '?';
            result_.exclamations += text.front() == '!' ? 1 : 0;
        } else if (kind == letter_kind::comma) {
            comma_ = true;
        } else if (kind == letter_kind::line_feed) {
            ++line_;
            empty_line_ = empty_line_ || line_feed_;
            line_feed_ = true;
        }
    }

    void begin_word(std::size_t index) {
        // A full stop ends a sentence before white space alone: "acme.io".
        if (empty_line_ || question_ || (stop_ && stop_end_ != index)) {
            end_sentence();
        }
        result_.words.push_back(
            {result_.folded.size(), 0, index, index, sentence_, line_, comma_, false}
        );
        open_ = true;
        capitals_ = true;
        glued_by_ = separators_ == 1 ? separator_ : ' ';
        separators_ = 0;
        stop_ = false;
        comma_ = false;
        line_feed_ = false;
        empty_line_ = false;
    }

    void append(const std::string& text, const code_point& found, std::size_t index) {
        if (!open_) {
            begin_word(index);
        }
        result_.folded.append(text);
        word& last = result_.words.back();
        last.length += text.size();
        last.last = index + found.length;
        capitals_ = capitals_ && is_capital(found.value);
    }

    // Contractions and the words of two parts that are one: their folded texts are neighbours.
    bool continues(const word& before, const word& last) const {
        constexpr auto contracted =
            std::to_array<std::string_view>({"s", "m", "d", "re", "ve", "ll"});
        const std::string_view start = result_.text_of(before);
        const std::string_view text = result_.text_of(last);
        if (before.sentence != last.sentence || before.text + before.length != last.text) {
            return false;
        }
        if (glued_by_ == '\'') {
            return (text == "t" && start.ends_with('n')) ||
                   std::ranges::find(contracted, text) != contracted.end();
        }
        return glued_by_ == '-' && ((start == "e" && text.starts_with("mail")) ||
                                    (start == "un" && text.starts_with("subscri")));
    }

    void end_word() {
        if (!open_) {
            return;
        }
        open_ = false;
        auto& words = result_.words;
        words.back().capitals = capitals_ && words.back().length > 1;
        if (words.size() > 1 && continues(words[words.size() - 2], words.back())) {
            words[words.size() - 2].length += words.back().length;
            words[words.size() - 2].last = words.back().last;
            words.pop_back();
        }
    }

    void end_sentence() {
        result_.questions.push_back(question_);
        question_ = false;
        ++sentence_;
    }

    std::string_view source_;
    word_text result_;
    bool open_ = false;           // a word is being read
    bool capitals_ = false;       // all its letters so far are
    std::size_t separators_ = 0;  // characters since the last word, and the latest of them
    char separator_ = ' ';
    char glued_by_ = ' ';  // what alone stands between the word and the one before
    bool stop_ = false;    // a full stop or its like has been read since the last word
    std::size_t stop_end_ = 0;
    bool question_ = false;
    bool comma_ = false;
    bool line_feed_ = false;
    bool empty_line_ = false;
    std::uint32_t line_ = 0;
    std::uint32_t sentence_ = 0;
};

}  // namespace

word_text split_words(std::string_view source) {
    return word_reader{source}.read();
}

}  // namespace vf::mail
