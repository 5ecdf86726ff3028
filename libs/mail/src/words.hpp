// A text as words: what the rules of tone are matched against. Used by classify_reply and, for
// their patterns, by phrase_table. Pure; any thread; one pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vf::mail {

struct word {
    std::size_t text;    // where its folded text starts in word_text::folded
    std::size_t length;  // of its folded text
    std::size_t first;   // where it stands in the source, and where it ends
    std::size_t last;
    std::uint32_t sentence;
    std::uint32_t line;
    bool after_comma;  // a comma, colon, bracket or the like is between it and the word before
    bool capitals;     // two letters or more, and all of them capital
};

struct word_text {
    std::string folded;
    std::vector<word> words;
    std::vector<bool> questions;  // by sentence: it ends in a question mark
    std::size_t exclamations = 0;

    [[nodiscard]] std::string_view text_of(const word& item) const {
        return std::string_view{folded}.substr(item.text, item.length);
    }
};

// Words are runs of letters and digits. Each letter of a script without spaces is a word, and so is
// each syllable of Korean; "don't" is "dont", "l'envoi" is "l" and "envoi", "e-mail" is "email". A
// sentence ends at its mark or an empty line.
[[nodiscard]] word_text split_words(std::string_view source);

}  // namespace vf::mail
