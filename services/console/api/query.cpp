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
    const auto is_it = [name](const auto& parameter) { return parameter.first == name; };
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
    auto value = text(name);
    if (value && std::ranges::find(words, *value) == words.end()) {
        fault(name, fmt::format("must be one of {}", fmt::join(words, ", ")));
    }
    return value;
}

console::page query::page(std::string_view list) {
    console::page page;
    if (const auto value = text("limit")) {
        std::size_t limit{};
        const char* const last = value->data() + value->size();
        const auto [end, failed] = std::from_chars(value->data(), last, limit);
        if (failed != std::errc{} || end != last || limit < 1 || limit > domain::limits::page_max) {
            fault("limit", fmt::format("must be 1 to {}", domain::limits::page_max));
        } else {
            page.limit = limit;
        }
    }
    if (const auto value = text("cursor")) {
        page.after = decode_cursor(list, *value);
        if (!page.after) {
            fault("cursor", "is not one that this list gave");
        }
    }
    return page;
}

api_result<void> query::finish() const {
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
