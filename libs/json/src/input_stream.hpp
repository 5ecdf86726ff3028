// The input as RapidJSON wants to read it, without a copy and without a NUL at its end: past the
// end it reads NUL, which the caller tells from a NUL of the input by comparing positions. Belongs
// to parse.cpp; one parse on one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace vf::json {

class input_stream {
public:
    explicit input_stream(std::string_view text)
        : at_{text.data()}, begin_{text.data()}, end_{text.data() + text.size()} {}

    // The names of RapidJSON's stream concept.
    using Ch = char;

    [[nodiscard]] char Peek() const { return at_ == end_ ? '\0' : *at_; }

    char Take() { return at_ == end_ ? '\0' : *at_++; }

    [[nodiscard]] std::size_t Tell() const { return static_cast<std::size_t>(at_ - begin_); }

    // The bytes from here on that stand for themselves in a string.
    [[nodiscard]] std::string_view plain_run() const {
        const char* stop = at_;
        while (end_ - stop >= 8 && is_plain_word(stop)) {
            stop += 8;
        }
        while (stop != end_ && is_plain(*stop)) {
            ++stop;
        }
        return {at_, static_cast<std::size_t>(stop - at_)};
    }

    void skip(std::size_t count) { at_ += count; }

    // Only parsing in place writes. The reader names these calls all the same.
    char* PutBegin() { return nullptr; }

    void Put(char) {}

    char* Push(std::uint32_t) { return nullptr; }

    void Flush() {}

    std::size_t PutEnd(char*) { return 0; }

private:
    static bool is_plain(char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
    }

    // Eight at a time: the upper bit of a byte of `found` is set where one of them is not plain.
    static bool is_plain_word(const char* text) {
        constexpr std::uint64_t ones = 0x0101010101010101U;
        std::uint64_t word = 0;
        std::memcpy(&word, text, sizeof word);
        const std::uint64_t quote = word ^ (ones * '"');
        const std::uint64_t backslash = word ^ (ones * '\\');
        const std::uint64_t found = ((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) |
                                    ((backslash - ones) & ~backslash);
        return (found & (ones * 0x80)) == 0;
    }

    const char* at_;
    const char* begin_;
    const char* end_;
};

}  // namespace vf::json
