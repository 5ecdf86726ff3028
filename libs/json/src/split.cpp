#include "vf/json/split.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "vf/json/parse.hpp"

namespace vf::json {

namespace {

// What a value ends or changes its depth at.
constexpr auto structural = [] {
    std::array<bool, 256> found{};
    for (const char c : {'"', '[', ']', '{', '}', ','}) {
        found.at(static_cast<unsigned char>(c)) = true;
    }
    return found;
}();

class splitter {
public:
    splitter(std::string_view text, std::string_view list, std::size_t items_max)
        : text_{text}, list_{list}, items_max_{items_max} {}

    split_text split() && {
        if (accept('{')) {
            find_list();
        }
        if (!split_.found) {
            split_.envelope = text_;
        }
        return std::move(split_);
    }

private:
    void find_list() {
        do {
            skip_space();
            const std::string_view name = take_string();
            if (name.empty() || !accept(':')) {
                return;
            }
            if (is_list(name) && accept('[')) {
                cut_items();
                return;
            }
            skip_value();
        } while (accept(','));
    }

    // Behind its opening bracket.
    void cut_items() {
        split_.found = true;
        const std::size_t first = index_;
        if (!accept(']')) {
            do {
                if (split_.items.size() == items_max_) {
                    split_.more = true;
                    return;
                }
                const std::size_t begin = index_;
                skip_value();
                split_.items.push_back(text_.substr(begin, index_ - begin));
            } while (accept(','));
            if (!accept(']')) {
                split_.broken = true;
                return;
            }
        }
        split_.envelope = text_.substr(0, first);
        split_.envelope += text_.substr(index_ - 1);
    }

    // To the comma or bracket that ends the value, whatever it is.
    void skip_value() {
        std::size_t depth = 0;
        while (true) {
            while (index_ < text_.size() && !structural[byte_at(index_)]) {
                ++index_;
            }
            if (index_ == text_.size()) {
                return;
            }
            switch (text_[index_]) {
                case '"':
                    take_string();
                    continue;
                case '[':
                case '{':
                    ++depth;
                    break;
                case ']':
                case '}':
                    if (depth == 0) {
                        return;
                    }
                    --depth;
                    break;
                case ',':
                    if (depth == 0) {
                        return;
                    }
                    break;
                default:
                    break;
            }
            ++index_;
        }
    }

    [[nodiscard]] unsigned char byte_at(std::size_t index) const {
        return static_cast<unsigned char>(text_[index]);
    }

    // With its quotes; empty where none begins here.
    std::string_view take_string() {
        const std::size_t begin = index_;
        if (index_ == text_.size() || text_[index_] != '"') {
            return {};
        }
        for (++index_; index_ < text_.size() && text_[index_] != '"'; ++index_) {
            if (text_[index_] == '\\') {
                ++index_;
            }
        }
        index_ = index_ < text_.size() ? index_ + 1 : text_.size();
        return text_.substr(begin, index_ - begin);
    }

    // However it is spelt.
    [[nodiscard]] bool is_list(std::string_view name) const {
        const auto parsed = parse(name);
        return parsed && parsed->root().is(kind::string) && parsed->root().text == list_;
    }

    void skip_space() {
        constexpr std::string_view space = " \t\r\n";
        index_ = std::min(text_.find_first_not_of(space, index_), text_.size());
    }

    bool accept(char expected) {
        skip_space();
        if (index_ == text_.size() || text_[index_] != expected) {
            return false;
        }
        ++index_;
        return true;
    }

    std::string_view text_;
    std::string_view list_;
    std::size_t items_max_;
    std::size_t index_{0};
    split_text split_;
};

}  // namespace

split_text split(std::string_view text, std::string_view list, std::size_t items_max) {
    return splitter{text, list, items_max}.split();
}

}  // namespace vf::json
