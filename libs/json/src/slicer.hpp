// The verbatim slice of the input that each token came from. RapidJSON tells only where it stands
// when it calls its handler: behind a scalar or a key, but on the brace or bracket of a container
// (in iterative mode; one further in recursive mode). Belongs to parse.cpp; one parse, one thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace vf::json {

class slicer {
public:
    explicit slicer(std::string_view text) : text_{text} {}

    // A string, number, literal or key whose last byte stands before `position`.
    std::string_view token(std::size_t position) {
        // Between two tokens the grammar allows nothing but these.
        std::size_t first = behind_;
        while (is_separator(text_[first])) {
            ++first;
        }
        behind_ = position;
        return text_.substr(first, position - first);
    }

    // The opening brace or bracket at `position`.
    std::string_view opening(std::size_t position) {
        behind_ = position + 1;
        return text_.substr(position, 1);
    }

    // From that opening to the closing brace or bracket at `position`.
    std::string_view closing(std::string_view opened, std::size_t position) {
        const auto first = static_cast<std::size_t>(opened.data() - text_.data());
        behind_ = position + 1;
        return text_.substr(first, behind_ - first);
    }

    // The string that begins after the last token, to the end of the text when it does not end.
    [[nodiscard]] std::string_view pending_string() const {
        std::size_t first = behind_;
        while (first < text_.size() && is_separator(text_[first])) {
            ++first;
        }
        std::size_t last = first + 1;
        while (last < text_.size() && text_[last] != '"') {
            last += text_[last] == '\\' ? 2 : 1;
        }
        return text_.substr(std::min(first, text_.size()), last + 1 - first);
    }

    [[nodiscard]] std::size_t offset_of(std::string_view slice) const {
        return static_cast<std::size_t>(slice.data() - text_.data());
    }

private:
    static bool is_separator(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':';
    }

    std::string_view text_;
    std::size_t behind_{0};
};

}  // namespace vf::json
