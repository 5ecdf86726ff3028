// Finds all phrases of many languages in a text in one go: a trie over words that is made
// deterministic when it is built, so that no phrase is tried after another. Used by classify_reply.
// Immutable once built; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "phrases.hpp"
#include "words.hpp"

namespace vf::mail {

struct phrase_match {
    const phrase* found;
    std::size_t first;  // its first word, and the one behind its last
    std::size_t last;
};

struct phrase_matches {
    std::vector<phrase_match> matches;  // by first word; the longest of each kind
    std::size_t steps = 0;              // words looked at, over all starts
};

class phrase_table {
public:
    explicit phrase_table(std::span<const language> languages);

    // No phrase goes from one sentence to the next.
    [[nodiscard]] phrase_matches find(const word_text& text) const;

    // Words of the longest phrase: no start takes more steps.
    [[nodiscard]] std::size_t longest() const { return longest_; }

    [[nodiscard]] std::size_t states() const { return states_.size(); }

private:
    using symbol = std::uint32_t;
    class builder;

    struct hash {
        using is_transparent = void;

        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    using symbols = std::unordered_map<std::string, symbol, hash, std::equal_to<>>;

    struct state {
        std::vector<std::pair<symbol, std::uint32_t>> next;  // by symbol
        std::uint32_t otherwise = 0;                         // 0: nowhere
        std::vector<const phrase*> accepted;
    };

    [[nodiscard]] symbol symbol_of(std::string_view text) const;
    [[nodiscard]] std::uint32_t next_of(std::uint32_t from, symbol read) const;

    symbols words_;
    symbols stems_;
    std::size_t stem_min_ = 0;
    std::size_t stem_max_ = 0;
    std::size_t longest_ = 0;
    std::vector<state> states_;
};

}  // namespace vf::mail
