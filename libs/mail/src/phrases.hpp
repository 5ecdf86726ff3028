// The phrases that rules of tone are made of: data, a file for each language in src/phrases. Used
// by phrase_table and classify_reply.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace vf::mail {

// Of two phrases of the same words the earlier kind is taken, where both are about feelings.
enum class phrase_kind : std::uint8_t {
    opt_out,       // asks us to send no more, beyond doubt
    opt_out_word,  // a word of opting out, where the sentence is about nobody else
    command,       // an opt-out when it is all that is written
    keep,          // what looks like an opt-out and is none: opt-outs that overlap it do not count
    other_party,   // in its sentence a word of opting out is about somebody else
    first_person,
    courtesy,  // greetings and thanks around a command
    closing,   // what stands alone above a name: feelings below it are slogans
    negator,   // turns praise into blame, within three words
    unfelt,    // looks like a feeling and is none
    negative,  // an intention
    blame,     // a feeling
    positive,
    praise,
    thanks,  // thanks alone: positive in a short message without a question
};

inline constexpr std::size_t phrase_kinds = 15;

// Words with one space between them. "a|b" is either, "[a|b]" may be missing, "a*" is any word that
// begins with a, "_" is any word, "<list>" is a set of words of the same file.
struct phrase {
    std::string_view rule;
    phrase_kind kind;
    std::string_view pattern;
    int weight = 2;  // 2 decides; 3 decides against feelings of the other sort, or against guards
};

struct word_set {
    std::string_view name;
    std::string_view words;  // "a|b|c"
};

struct language {
    std::vector<std::span<const phrase>> phrases;
    std::span<const word_set> sets;
};

language english();
language english_feelings();
language german();
language french();
language spanish();
language portuguese();
language italian();
language dutch();
language polish();
language nordic();
language other_languages();

}  // namespace vf::mail
