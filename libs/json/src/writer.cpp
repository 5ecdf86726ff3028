#include "vf/json/writer.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <iterator>
#include <utility>

#include "vf/base/assert.hpp"
#include "vf/base/text.hpp"

// Not RapidJSON's writer: it quotes RawNumber, does not validate UTF-8 unless told to, and reports
// a value in an impossible place through a return value that is easily dropped. What is left of it
// after closing these is the escape table below.

namespace vf::json {

namespace {

// 0: as it is; 'u': \u00xx; anything else: a backslash and that letter.
consteval std::array<char, 256> escape_letters() {
    std::array<char, 256> letters{};
    for (std::size_t i = 0; i < 0x20; ++i) {
        letters[i] = 'u';
    }
    letters['\b'] = 'b';
    letters['\f'] = 'f';
    letters['\n'] = 'n';
    letters['\r'] = 'r';
    letters['\t'] = 't';
    letters['"'] = '"';
    letters['\\'] = '\\';
    return letters;
}

void append_string(std::string& out, std::string_view text) {
    static constexpr std::array<char, 256> letters = escape_letters();
    VF_ASSERT(is_utf8(text));
    out.push_back('"');
    std::size_t written = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const char letter = letters[byte];
        if (letter == 0) {
            continue;
        }
        out.append(text, written, i - written);
        written = i + 1;
        if (letter == 'u') {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
        } else {
            out.push_back('\\');
            out.push_back(letter);
        }
    }
    out.append(text, written);
    out.push_back('"');
}

}  // namespace

void writer::before_value() {
    VF_ASSERT(!complete_);
    if (open_.empty()) {
        // A scalar completes the document; a container says otherwise and completes it at its end.
        complete_ = true;
        return;
    }
    level& top = open_.back();
    if (top.object) {
        VF_ASSERT(top.key_pending);
        top.key_pending = false;
    } else if (top.count > 0) {
        out_.push_back(',');
    }
    ++top.count;
}

writer& writer::begin_object() {
    before_value();
    open_.push_back(level{.object = true, .key_pending = false, .count = 0});
    complete_ = false;
    out_.push_back('{');
    return *this;
}

writer& writer::end_object() {
    VF_ASSERT(!open_.empty() && open_.back().object && !open_.back().key_pending);
    open_.pop_back();
    complete_ = open_.empty();
    out_.push_back('}');
    return *this;
}

writer& writer::begin_array() {
    before_value();
    open_.push_back(level{.object = false, .key_pending = false, .count = 0});
    complete_ = false;
    out_.push_back('[');
    return *this;
}

writer& writer::end_array() {
    VF_ASSERT(!open_.empty() && !open_.back().object);
    open_.pop_back();
    complete_ = open_.empty();
    out_.push_back(']');
    return *this;
}

writer& writer::key(std::string_view name) {
    VF_ASSERT(!open_.empty() && open_.back().object && !open_.back().key_pending);
    level& top = open_.back();
    if (top.count > 0) {
        out_.push_back(',');
    }
    append_string(out_, name);
    out_.push_back(':');
    top.key_pending = true;
    return *this;
}

writer& writer::string(std::string_view text) {
    before_value();
    append_string(out_, text);
    return *this;
}

writer& writer::integer(std::int64_t number) {
    before_value();
    const fmt::format_int digits{number};
    out_.append(digits.data(), digits.size());
    return *this;
}

writer& writer::boolean(bool truth) {
    before_value();
    out_ += truth ? "true" : "false";
    return *this;
}

writer& writer::null() {
    before_value();
    out_ += "null";
    return *this;
}

writer& writer::raw(std::string_view json) {
    VF_ASSERT(!json.empty());
    before_value();
    out_ += json;
    return *this;
}

writer& writer::member(std::string_view name, std::string_view text) {
    return key(name).string(text);
}

writer& writer::member(std::string_view name, const char* text) {
    return key(name).string(text);
}

writer& writer::member(std::string_view name, std::int64_t number) {
    return key(name).integer(number);
}

writer& writer::member(std::string_view name, bool truth) {
    return key(name).boolean(truth);
}

std::string writer::take() && {
    VF_ASSERT(complete_);
    return std::move(out_);
}

}  // namespace vf::json
