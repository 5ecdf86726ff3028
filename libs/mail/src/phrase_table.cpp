#include "phrase_table.hpp"

#include <algorithm>
#include <array>

#include "phrase_table_builder.hpp"

namespace vf::mail {

phrase_table::phrase_table(std::span<const language> languages) {
    builder built{*this};
    for (const auto& added : languages) {
        built.add(added);
    }
    built.build();
}

phrase_table::symbol phrase_table::symbol_of(std::string_view text) const {
    const auto found = words_.find(text);
    if (found != words_.end()) {
        return found->second;
    }
    for (auto length = std::min(stem_max_, text.size()); length >= stem_min_ && length > 0;
         --length) {
        const auto stem = stems_.find(text.substr(0, length));
        if (stem != stems_.end()) {
            return stem->second;
        }
    }
    return 0;
}

std::uint32_t phrase_table::next_of(std::uint32_t from, symbol read) const {
    const state& current = states_[from];
    const auto found =
        std::ranges::lower_bound(current.next, read, {}, &std::pair<symbol, std::uint32_t>::first);
    return found != current.next.end() && found->first == read ? found->second : current.otherwise;
}

phrase_matches phrase_table::find(const word_text& text) const {
    std::vector<symbol> read;
    read.reserve(text.words.size());
    for (const auto& item : text.words) {
        read.push_back(symbol_of(text.text_of(item)));
    }
    phrase_matches result;
    for (std::size_t first = 0; first < read.size(); ++first) {
        std::array<phrase_match, phrase_kinds> longest{};
        std::uint32_t current = 0;
        for (std::size_t i = first; i < read.size(); ++i) {
            if (text.words[i].sentence != text.words[first].sentence) {
                break;
            }
            ++result.steps;
            current = next_of(current, read[i]);
            if (current == 0) {
                break;
            }
            for (const phrase* const accepted : states_[current].accepted) {
                longest[static_cast<std::size_t>(accepted->kind)] = {accepted, first, i + 1};
            }
        }
        std::ranges::copy_if(longest, std::back_inserter(result.matches), [](const auto& match) {
            return match.found != nullptr;
        });
    }
    return result;
}

}  // namespace vf::mail
