#include "opt_out.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace vf::mail {

namespace {

// A word of opting out in a longer sentence counts only where the sentence is about its writer.
constexpr std::size_t sentence_words_max = 25;
// Words around a command that do not make it a part of something else: a name, a company.
constexpr std::size_t rest_words_max = 12;
constexpr std::size_t question_words_max = 2;

// The weight of an opt-out whose own words look like a guard: "why don't you unsubscribe me".
constexpr int unguarded = 3;

// What is said of a sentence or a word somewhere in the text.
struct marks {
    std::vector<bool> kept;            // by word: a guard covers it
    std::vector<bool> courtesy;        // by word
    std::vector<bool> of_other;        // by sentence
    std::vector<bool> of_writer;       // by sentence
    std::vector<std::size_t> lengths;  // by sentence, in words
};

marks read_marks(const word_text& text, std::span<const phrase_match> found) {
    marks read;
    const std::size_t sentences = text.words.empty() ? 0 : text.words.back().sentence + 1;
    read.kept.resize(text.words.size());
    read.courtesy.resize(text.words.size());
    read.of_other.resize(sentences);
    read.of_writer.resize(sentences);
    read.lengths.resize(sentences);
    for (const auto& item : text.words) {
        ++read.lengths[item.sentence];
    }
    for (const auto& match : found) {
        const auto sentence = text.words[match.first].sentence;
        for (std::size_t i = match.first; i < match.last; ++i) {
            read.kept[i] = read.kept[i] || match.found->kind == phrase_kind::keep;
            read.courtesy[i] = read.courtesy[i] || match.found->kind == phrase_kind::courtesy;
        }
        if (match.found->kind == phrase_kind::other_party) {
            read.of_other[sentence] = true;
        } else if (match.found->kind == phrase_kind::first_person) {
            read.of_writer[sentence] = true;
        }
    }
    return read;
}

bool is_kept(const marks& read, const phrase_match& match) {
    if (match.found->weight >= unguarded) {
        return false;
    }
    for (std::size_t i = match.first; i < match.last; ++i) {
        if (read.kept[i]) {
            return true;
        }
    }
    return false;
}

bool is_opt_out(const word_text& text, const marks& read, const phrase_match& match) {
    if (match.found->kind == phrase_kind::opt_out) {
        return !is_kept(read, match);
    }
    if (match.found->kind != phrase_kind::opt_out_word || is_kept(read, match)) {
        return false;
    }
    const auto sentence = text.words[match.first].sentence;
    return !read.of_other[sentence] &&
           (read.lengths[sentence] <= sentence_words_max || read.of_writer[sentence]);
}

// A part of the text between commas, ends of sentences and ends of lines, in words.
struct clause {
    std::size_t first;
    std::size_t last;
};

clause clause_from(const word_text& text, std::size_t first) {
    const auto& words = text.words;
    std::size_t last = first + 1;
    while (last < words.size() && !words[last].after_comma &&
           words[last].sentence == words[first].sentence && words[last].line == words[first].line) {
        ++last;
    }
    return {first, last};
}

// Whether the clause is nothing but a command and courtesies: the first of the text that is more
// than them; a later one must have some, and so must one before a comma that could be a list.
std::optional<phrase_match> command_of(
    const word_text& text, const marks& read, std::span<const phrase_match> found, clause part,
    bool later
) {
    const auto& words = text.words;
    const bool comma = part.last < words.size() && words[part.last].after_comma;
    std::size_t first = part.first;
    std::size_t last = part.last;
    while (first < last && read.courtesy[first]) {
        ++first;
    }
    while (last > first && read.courtesy[last - 1]) {
        --last;
    }
    const bool courteous = last - first < part.last - part.first;
    const auto command = std::ranges::find_if(found, [&](const phrase_match& match) {
        return match.found->kind == phrase_kind::command && match.first == first &&
               match.last == last &&
               (courteous || (!later && (!comma || match.found->weight >= unguarded)));
    });
    return command == found.end() ? std::nullopt : std::optional{*command};
}

// In a short text without a question.
std::optional<phrase_match> find_command(
    const word_text& text, const marks& read, std::span<const phrase_match> found
) {
    const bool asks = std::ranges::find(text.questions, true) != text.questions.end();
    const std::size_t most = asks ? question_words_max : rest_words_max;
    bool later = false;
    for (std::size_t first = 0; first < text.words.size();) {
        const clause part = clause_from(text, first);
        const std::size_t rest = text.words.size() - (part.last - part.first);
        const auto command =
            rest <= most ? command_of(text, read, found, part, later) : std::nullopt;
        if (command) {
            return command;
        }
        for (std::size_t i = part.first; i < part.last; ++i) {
            later = later || !read.courtesy[i];
        }
        first = part.last;
    }
    return std::nullopt;
}

}  // namespace

std::optional<phrase_match> find_opt_out(
    const word_text& text, std::span<const phrase_match> found
) {
    if (text.words.empty()) {
        return std::nullopt;
    }
    const marks read = read_marks(text, found);
    for (const auto& match : found) {
        if (is_opt_out(text, read, match)) {
            return match;
        }
    }
    return find_command(text, read, found);
}

}  // namespace vf::mail
