#include "vf/json/mend.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <utility>

#include "number_text.hpp"
#include "vf/base/text.hpp"

namespace vf::json {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view number_characters = "0123456789+-.eE";

constexpr bool is_plain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

// Of the character that begins there; 0 where none does.
std::size_t utf8_size(std::string_view rest) {
    const auto lead = static_cast<unsigned char>(rest.front());
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    return rest.size() >= size && is_utf8(rest.substr(0, size)) ? size : 0;
}

// Of "\u12ab"; nothing where that is not what comes next.
std::optional<std::uint32_t> read_escape(std::string_view rest) {
    constexpr std::size_t size = 6;
    if (rest.size() < size || !rest.starts_with("\\u")) {
        return std::nullopt;
    }
    std::uint32_t unit = 0;
    const char* const end = rest.data() + size;
    const auto [stop, problem] = std::from_chars(rest.data() + 2, end, unit, 16);
    return stop == end && problem == std::errc{} ? std::optional{unit} : std::nullopt;
}

constexpr bool is_high_surrogate(std::uint32_t unit) {
    return unit >= 0xD800 && unit < 0xDC00;
}

constexpr bool is_low_surrogate(std::uint32_t unit) {
    return unit >= 0xDC00 && unit < 0xE000;
}

class mender {
public:
    explicit mender(std::string_view text) : rest_{text} {
        if (rest_.starts_with(byte_order_mark)) {
            rest_.remove_prefix(byte_order_mark.size());
        }
        out_.reserve(rest_.size());
    }

    std::string run() && {
        while (!rest_.empty()) {
            const char c = rest_.front();
            if (c == '"') {
                copy(1);
                string();
            } else if (c == '-' || (c >= '0' && c <= '9')) {
                number();
            } else {
                copy(1);
            }
        }
        return std::move(out_);
    }

private:
    void copy(std::size_t size) {
        out_.append(rest_.substr(0, size));
        rest_.remove_prefix(std::min(size, rest_.size()));
    }

    void replace(std::size_t size, std::string_view by) {
        out_.append(by);
        rest_.remove_prefix(std::min(size, rest_.size()));
    }

    // To behind its closing quote.
    void string() {
        while (!rest_.empty()) {
            std::size_t plain = 0;
            while (plain < rest_.size() && is_plain(rest_[plain])) {
                ++plain;
            }
            copy(plain);
            if (rest_.empty()) {
                return;
            }
            const auto c = static_cast<unsigned char>(rest_.front());
            if (c == '"') {
                copy(1);
                return;
            }
            if (c == '\\') {
                escape();
            } else if (c < 0x20) {
                control(c);
            } else {
                const auto size = utf8_size(rest_);
                size == 0 ? replace(1, replacement) : copy(size);
            }
        }
    }

    void escape() {
        constexpr std::size_t size = 6;
        const auto unit = read_escape(rest_);
        if (!unit) {
            copy(2);
        } else if (is_high_surrogate(*unit)) {
            const auto next = read_escape(rest_.substr(size));
            const bool pair = next && is_low_surrogate(*next);
            pair ? copy(2 * size) : replace(size, replacement);
        } else if (*unit == 0 || is_low_surrogate(*unit)) {
            replace(size, replacement);
        } else {
            copy(size);
        }
    }

    void control(unsigned char c) {
        if (c == 0) {
            replace(1, replacement);
            return;
        }
        constexpr std::string_view digits = "0123456789abcdef";
        const std::string written{'\\', 'u', '0', '0', digits[c >> 4U], digits[c & 15U]};
        replace(1, written);
    }

    void number() {
        const auto size = std::min(rest_.find_first_not_of(number_characters), rest_.size());
        const auto text = rest_.substr(0, size);
        const bool fits =
            size <= lenient.number_characters && number_as_double(text) &&
            std::abs(number_exponent(text)) <= static_cast<std::int64_t>(lenient.number_exponent);
        if (fits || !is_number(text)) {
            copy(size);
            return;
        }
        out_ += '"';
        copy(size);
        out_ += '"';
    }

    std::string_view rest_;
    std::string out_;
};

}  // namespace

std::string mend(std::string_view text) {
    return mender{text}.run();
}

}  // namespace vf::json
