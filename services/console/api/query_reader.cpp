#include "console/api/query_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include <fmt/format.h>

#include "vf/domain/limits.hpp"

namespace vf::console {

void query_reader::fault(std::string_view name, std::string message) {
    if (!fault_) {
        fault_ = invalid(std::string{name}, std::move(message)).error();
    }
}

std::optional<std::string> query_reader::text(std::string_view name) {
    read_.emplace_back(name);
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

std::optional<std::string> query_reader::word(
    std::string_view name, const std::vector<std::string_view>& words
) {
    auto value = text(name);
    if (value && std::ranges::find(words, *value) == words.end()) {
        fault(name, fmt::format("must be one of {}", fmt::join(words, ", ")));
    }
    return value;
}

page_request query_reader::paging(std::string_view list) {
    page_request paging;
    if (const auto value = text("limit")) {
        std::size_t limit{};
        const char* const last = value->data() + value->size();
        const auto [end, failed] = std::from_chars(value->data(), last, limit);
        if (failed != std::errc{} || end != last || limit < 1 || limit > domain::limits::page_max) {
            fault("limit", fmt::format("must be 1 to {}", domain::limits::page_max));
        } else {
            paging.limit = limit;
        }
    }
    if (const auto value = text("cursor")) {
        paging.after = decode_cursor(list, *value);
        if (!paging.after) {
            fault("cursor", "is not one that this list gave");
        }
    }
    return paging;
}

api_result<void> query_reader::finish() const {
    if (fault_) {
        return std::unexpected(*fault_);
    }
    for (const auto& [name, value] : request_.query) {
        if (std::ranges::find(read_, name) == read_.end()) {
            return invalid(name, "unknown parameter");
        }
    }
    return {};
}

}  // namespace vf::console
