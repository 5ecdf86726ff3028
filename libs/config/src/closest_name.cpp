#include "closest_name.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace vf::config {

namespace {

constexpr std::size_t edits_max = 3;

// Levenshtein's distance, one row of the table at a time.
std::size_t edits_between(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < to.size(); ++j) {
            const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::optional<std::string_view> closest_name(
    std::string_view misspelt, std::span<const std::string_view> candidates
) {
    std::optional<std::string_view> closest;
    std::size_t fewest = edits_max + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t edits = edits_between(misspelt, candidate);
        if (edits < fewest) {
            fewest = edits;
            closest = candidate;
        }
    }
    return closest;
}

}  // namespace vf::config
