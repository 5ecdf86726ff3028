#include "phrase_table_builder.hpp"

#include <algorithm>
#include <functional>

#include "code_points.hpp"
#include "vf/base/assert.hpp"

namespace vf::mail {

namespace {

template <class Visit>
void each_part(std::string_view text, char separator, Visit visit) {
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        visit(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

bool is_stem(std::string_view word) {
    return word.ends_with('*');
}

}  // namespace

void phrase_table::builder::add(const language& added) {
    for (const auto& group : added.phrases) {
        for (const auto& item : group) {
            insert(item, read_pattern(item.pattern, added.sets));
        }
    }
}

std::vector<phrase_table::builder::element> phrase_table::builder::read_pattern(
    std::string_view pattern, std::span<const word_set> sets
) {
    std::vector<element> elements;
    each_part(pattern, ' ', [&](std::string_view part) {
        elements.push_back(read_element(part, sets));
    });
    VF_ASSERT(std::ranges::any_of(elements, [](const element& item) { return !item.optional; }));
    return elements;
}

phrase_table::builder::element phrase_table::builder::read_element(
    std::string_view text, std::span<const word_set> sets
) {
    element read;
    if (text.starts_with('[')) {
        VF_ASSERT(text.ends_with(']'));
        read.optional = true;
        text = text.substr(1, text.size() - 2);
    }
    VF_ASSERT(!text.empty());
    if (text == "_") {
        return read;
    }
    each_part(text, '|', [&](std::string_view word) {
        if (!word.starts_with('<')) {
            read.words.push_back(folded(word));
            return;
        }
        const auto found =
            std::ranges::find(sets, word.substr(1, word.size() - 2), &word_set::name);
        VF_ASSERT(found != sets.end());
        each_part(found->words, '|', [&read](std::string_view item) {
            read.words.push_back(folded(item));
        });
    });
    std::ranges::sort(read.words);
    const auto repeated = std::ranges::unique(read.words);
    read.words.erase(repeated.begin(), repeated.end());
    return read;
}

// Every way through the optional elements is a branch; branches that are alike are one.
void phrase_table::builder::insert(const phrase& added, const std::vector<element>& elements) {
    std::set<std::uint32_t> reached = {0};
    for (const auto& item : elements) {
        learn(item.words);
        std::set<std::uint32_t> next = item.optional ? reached : std::set<std::uint32_t>{};
        for (const auto from : reached) {
            const auto [found, fresh] = nodes_[from].next.try_emplace(
                item.words, static_cast<std::uint32_t>(nodes_.size())
            );
            next.insert(found->second);
            if (fresh) {
                nodes_.emplace_back();
            }
        }
        reached = std::move(next);
    }
    VF_ASSERT(!reached.contains(0));
    for (const auto last : reached) {
        nodes_[last].accepted.push_back(static_cast<std::uint32_t>(phrases_.size()));
    }
    phrases_.push_back(&added);
    table_.longest_ = std::max(table_.longest_, elements.size());
}

void phrase_table::builder::learn(const std::vector<std::string>& words) {
    for (const auto& word : words) {
        const auto number = static_cast<symbol>(table_.words_.size() + table_.stems_.size() + 1);
        if (is_stem(word)) {
            const std::string stem = word.substr(0, word.size() - 1);
            table_.stems_.try_emplace(stem, number);
            table_.stem_max_ = std::max(table_.stem_max_, stem.size());
            table_.stem_min_ =
                table_.stem_min_ == 0 ? stem.size() : std::min(table_.stem_min_, stem.size());
        } else {
            table_.words_.try_emplace(word, number);
        }
    }
}

// A word's own symbol; a stem's, and those of all words and longer stems that begin with it.
std::set<phrase_table::symbol> phrase_table::builder::symbols_of(
    const std::vector<std::string>& words
) const {
    std::set<symbol> found;
    for (const auto& word : words) {
        if (!is_stem(word)) {
            found.insert(table_.words_.at(word));
            continue;
        }
        const auto stem = std::string_view{word}.substr(0, word.size() - 1);
        for (const auto* const table : {&table_.words_, &table_.stems_}) {
            for (const auto& [text, number] : *table) {
                if (text.starts_with(stem)) {
                    found.insert(number);
                }
            }
        }
    }
    return found;
}

std::uint32_t phrase_table::builder::state_of(const std::set<std::uint32_t>& nodes) {
    const auto [found, fresh] =
        numbers_.try_emplace(nodes, static_cast<std::uint32_t>(table_.states_.size()));
    if (fresh) {
        table_.states_.emplace_back();
        pending_.push_back(nodes);
    }
    return found->second;
}

void phrase_table::builder::connect(std::uint32_t from, const std::set<std::uint32_t>& nodes) {
    std::map<symbol, std::set<std::uint32_t>> next;
    std::set<std::uint32_t> otherwise;
    std::set<std::uint32_t, std::greater<>> accepted;
    for (const auto number : nodes) {
        accepted.insert(nodes_[number].accepted.begin(), nodes_[number].accepted.end());
        for (const auto& [words, target] : nodes_[number].next) {
            if (words.empty()) {
                otherwise.insert(target);
            }
            for (const auto read : symbols_[words]) {
                next[read].insert(target);
            }
        }
    }
    std::vector<std::pair<symbol, std::uint32_t>> transitions;
    for (auto& [read, targets] : next) {
        targets.insert(otherwise.begin(), otherwise.end());
        transitions.emplace_back(read, state_of(targets));
    }
    const std::uint32_t rest = otherwise.empty() ? 0 : state_of(otherwise);
    state& connected = table_.states_[from];
    connected.next = std::move(transitions);
    connected.otherwise = rest;
    // The first phrase of a kind comes last: it is the one that stays.
    for (const auto number : accepted) {
        connected.accepted.push_back(phrases_[number]);
    }
}

void phrase_table::builder::build() {
    for (const auto& item : nodes_) {
        for (const auto& [words, target] : item.next) {
            symbols_.try_emplace(words, symbols_of(words));
        }
    }
    const std::uint32_t start = state_of({0});
    VF_ASSERT(start == 0);
    for (std::uint32_t i = 0; i < pending_.size(); ++i) {
        connect(i, std::set<std::uint32_t>{pending_[i]});
    }
}

}  // namespace vf::mail
