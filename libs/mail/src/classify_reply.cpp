#include "vf/mail/classify_reply.hpp"

#include <array>

#include "feelings.hpp"
#include "opt_out.hpp"
#include "phrase_table.hpp"
#include "vf/mail/reply_text.hpp"
#include "words.hpp"

namespace vf::mail {

namespace {

constexpr std::size_t span_max = 200;

// Before main: to build it takes longer than a reply may.
const phrase_table all_phrases{std::array{
    english(), english_feelings(), german(), french(), spanish(), portuguese(), italian(), dutch(),
    polish(), nordic(), other_languages()
}};

std::string span_of(const std::string& source, const word_text& text, const phrase_match& match) {
    const std::size_t first = text.words[match.first].first;
    std::string span = source.substr(first, text.words[match.last - 1].last - first);
    if (span.size() > span_max) {
        // Not within a letter: bytes that continue one begin with 10.
        std::size_t end = span_max;
        while ((static_cast<unsigned char>(span[end]) & 0xc0U) == 0x80U) {
            --end;
        }
        span.resize(end);
    }
    return span;
}

}  // namespace

reply_verdict classify_reply(const inbound_mail& mail) {
    const std::string source = reply_text(mail);
    const word_text text = split_words(source);
    const auto found = all_phrases.find(text).matches;
    if (const auto opt_out = find_opt_out(text, found)) {
        return {
            tone::unsubscribe_request, std::string{opt_out->found->rule},
            span_of(source, text, *opt_out)
        };
    }
    const feeling felt = weigh_feelings(text, found);
    if (!felt.decided_by) {
        return {tone::neutral, std::string{felt.rule}, {}};
    }
    return {felt.value, std::string{felt.rule}, span_of(source, text, *felt.decided_by)};
}

std::string_view name_of(tone value) {
    constexpr std::array<std::string_view, 4> names = {
        "positive", "neutral", "negative", "unsubscribe_request"
    };
    return names[static_cast<std::size_t>(value)];
}

}  // namespace vf::mail
