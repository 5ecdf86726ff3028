#include "console/api/query.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include <fmt/format.h>

#include "vf/domain/limits.hpp"

namespace vf::console {

void query::fault(std::string_view name, std::string message) {
    if (!fault_) {
        fault_ = invalid(std::string{name}, std::move(message)).error();
    }
}

std::optional<std::string> query::text(std::string_view name) {
    asked_.emplace_back(name);
    const auto is_it = [name](const auto& given) { return given.first == name; };
    const auto times = std::ranges::count_if(request_.query, is_it);
    if (times > 1) {
        fault(name, "must be given once");
    }
    if (times != 1) {
        return std::nullopt;
    }
    return std::ranges::find_if(request_.query, is_it)->second;
}

std::optional<std::string> query::word(
    std::string_view name, const std::vector<std::string_view>& words
) {
    auto given = text(name);
    if (given && std::ranges::find(words, *given) == words.end()) {
        fault(name, fmt::format("must be one of {}", fmt::join(words, ", ")));
    }
    return given;
}

console::page query::page(std::string_view list) {
    console::page made;
    if (const auto given = text("limit")) {
        std::size_t limit{};
        const char* const last = given->data() + given->size();
        const auto [end, failed] = std::from_chars(given->data(), last, limit);
        if (failed != std::errc{} || end != last || limit < 1 || limit > domain::limits::page_max) {
            fault("limit", fmt::format("must be 1 to {}", domain::limits::page_max));
        } else {
            made.limit = limit;
        }
    }
    if (const auto given = text("cursor")) {
        made.after = decode_cursor(list, *given);
        if (!made.after) {
            fault("cursor", "is not one that this list gave");
        }
    }
    return made;
}

answered<void> query::finish() const {
    if (fault_) {
        return std::unexpected(*fault_);
    }
    for (const auto& [name, value] : request_.query) {
        if (std::ranges::find(asked_, name) == asked_.end()) {
            return invalid(name, "unknown parameter");
        }
    }
    return {};
}

}  // namespace vf::console
