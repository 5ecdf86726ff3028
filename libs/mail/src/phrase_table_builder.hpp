// Makes a phrase_table of patterns. Used by its constructor alone, once. A pattern that cannot be
// read is a fault of ours: VF_ASSERT.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "phrase_table.hpp"

namespace vf::mail {

class phrase_table::builder {
public:
    explicit builder(phrase_table& table) : table_{table} { nodes_.emplace_back(); }

    void add(const language& added);
    void build();

private:
    // One place of a pattern: the words that fit it. None: every word does.
    struct element {
        std::vector<std::string> words;
        bool optional = false;
    };

    // Of the trie in which several branches can fit one word.
    struct node {
        std::map<std::vector<std::string>, std::uint32_t> next;
        std::vector<std::uint32_t> accepted;  // of phrases_
    };

    [[nodiscard]] static std::vector<element> read_pattern(
        std::string_view pattern, std::span<const word_set> sets
    );
    [[nodiscard]] static element read_element(
        std::string_view text, std::span<const word_set> sets
    );
    void insert(const phrase& added, const std::vector<element>& elements);
    void learn(const std::vector<std::string>& words);
    [[nodiscard]] std::set<symbol> symbols_of(const std::vector<std::string>& words) const;
    [[nodiscard]] std::uint32_t state_of(const std::set<std::uint32_t>& nodes);
    void connect(std::uint32_t from, const std::set<std::uint32_t>& nodes);

    phrase_table& table_;
    std::vector<const phrase*> phrases_;
    std::vector<node> nodes_;
    std::map<std::vector<std::string>, std::set<symbol>> symbols_;
    std::map<std::set<std::uint32_t>, std::uint32_t> numbers_;
    std::vector<std::set<std::uint32_t>> pending_;
};

}  // namespace vf::mail
