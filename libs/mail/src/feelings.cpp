#include "feelings.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace vf::mail {

namespace {

constexpr int threshold = 2;
constexpr int intention = 3;  // decides against feelings of the other sort
constexpr std::size_t negation_window = 3;
constexpr std::size_t exclamations_min = 2;
constexpr std::size_t capitals_min = 3;
constexpr std::size_t thanks_words_max = 10;

bool is_feeling(phrase_kind kind) {
    return kind >= phrase_kind::unfelt;
}

// One sort of feeling in the text.
struct weight {
    int sum = 0;
    int most = 0;
    std::optional<phrase_match> decided_by{};

    void add(const phrase_match& match, int added) {
        sum += added;
        if (added > most) {
            most = added;
            decided_by = match;
        }
    }
};

// Words above a closing that stands alone in its line; names and slogans stand below.
std::size_t words_above_closing(const word_text& text, std::span<const phrase_match> found) {
    const auto& words = text.words;
    for (const auto& match : found) {
        const bool begins =
            match.first > 0 && words[match.first - 1].line < words[match.first].line;
        const bool ends =
            match.last == words.size() || words[match.last].line > words[match.first].line;
        if (match.found->kind == phrase_kind::closing && begins && ends) {
            return match.first;
        }
    }
    return words.size();
}

std::vector<bool> negators_of(const word_text& text, std::span<const phrase_match> found) {
    std::vector<bool> negators(text.words.size());
    for (const auto& match : found) {
        if (match.found->kind == phrase_kind::negator) {
            negators[match.first] = true;
        }
    }
    return negators;
}

bool has_negator(const std::vector<bool>& negators, const phrase_match& match) {
    for (std::size_t i = match.first; i < match.last; ++i) {
        if (negators[i]) {
            return true;
        }
    }
    return false;
}

// A phrase that has a negator of its own is what it says.
bool is_negated(
    const word_text& text, const std::vector<bool>& negators, const phrase_match& match
) {
    if (has_negator(negators, match)) {
        return false;
    }
    const std::size_t word = match.first;
    const auto sentence = text.words[word].sentence;
    for (std::size_t back = 0; back < negation_window && back < word; ++back) {
        const std::size_t before = word - back - 1;
        if (text.words[before + 1].after_comma || text.words[before].sentence != sentence) {
            return false;
        }
        if (negators[before]) {
            return true;
        }
    }
    return false;
}

// Praise with a negator in it is none, unless it was written with it: "cannot wait".
bool is_void(const std::vector<bool>& negators, const phrase_match& match) {
    const phrase_kind kind = match.found->kind;
    return (kind == phrase_kind::positive || kind == phrase_kind::praise) &&
           match.found->weight < intention && has_negator(negators, match);
}

struct feelings {
    weight against;
    weight with_us;
    weight thanks;
};

// Phrases do not overlap: the longest at each word is taken, of those of one length the first kind.
feelings collect(const word_text& text, std::span<const phrase_match> found) {
    feelings felt;
    const std::size_t end = words_above_closing(text, found);
    const auto negators = negators_of(text, found);
    std::size_t taken = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const phrase_match* match = nullptr;
        const std::size_t first = found[i].first;
        for (; i < found.size() && found[i].first == first; ++i) {
            const bool longer = match == nullptr || found[i].last > match->last;
            if (is_feeling(found[i].found->kind) && longer && !is_void(negators, found[i])) {
                match = &found[i];
            }
        }
        --i;
        if (match == nullptr || first < taken || first >= end) {
            continue;
        }
        taken = match->last;
        const phrase& item = *match->found;
        const bool negated = is_negated(text, negators, *match);
        if (item.kind == phrase_kind::thanks) {
            felt.thanks.add(*match, item.weight);
        } else if (item.kind == phrase_kind::praise) {
            (negated ? felt.against : felt.with_us).add(*match, item.weight);
        } else if (item.kind == phrase_kind::positive && !negated) {
            felt.with_us.add(*match, item.weight);
        } else if ((item.kind == phrase_kind::blame || item.kind == phrase_kind::negative) &&
                   !negated) {
            felt.against.add(*match, item.weight);
        }
    }
    return felt;
}

bool is_shouted(const word_text& text) {
    const auto capitals = std::ranges::count_if(text.words, &word::capitals);
    return text.exclamations >= exclamations_min ||
           static_cast<std::size_t>(capitals) >= capitals_min;
}

feeling decided(tone value, const weight& by) {
    return {value, by.decided_by->found->rule, by.decided_by};
}

}  // namespace

feeling weigh_feelings(const word_text& text, std::span<const phrase_match> found) {
    const feelings felt = collect(text, found);
    const bool asks = std::ranges::find(text.questions, true) != text.questions.end();
    const int against = felt.against.sum + (felt.against.sum > 0 && is_shouted(text) ? 1 : 0);
    if (felt.against.most >= intention) {
        return decided(tone::negative, felt.against);
    }
    if (against >= threshold && felt.with_us.sum >= threshold) {
        return {tone::neutral, "mixed"};
    }
    if (against >= threshold) {
        return decided(tone::negative, felt.against);
    }
    if (felt.with_us.sum >= threshold) {
        return decided(tone::positive, felt.with_us);
    }
    const bool lone = against == 0 && !asks && text.words.size() <= thanks_words_max;
    return lone && felt.thanks.sum > 0 ? decided(tone::positive, felt.thanks) : feeling{};
}

}  // namespace vf::mail
