// From what a store found to what the API answers: an error, 404, one row, or one page. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "console/api/replies.hpp"
#include "console/api/shapes.hpp"
#include "vf/base/error.hpp"

namespace vf::console {

template <class Row>
[[nodiscard]] api_result<http::response> reply_one(
    const result<std::optional<Row>>& found, unsigned status = 200
) {
    if (!found) {
        return refused(found.error());
    }
    if (!*found) {
        return not_found();
    }
    return reply(status, object_json(**found));
}

template <class Row>
[[nodiscard]] api_result<http::response> reply_page(
    const result<std::optional<slice<Row>>>& found, std::string_view list
) {
    if (!found) {
        return refused(found.error());
    }
    if (!*found) {
        return not_found();
    }
    return reply(200, page_json(**found, list));
}

// Carries a refusal out of a verb: `co_return forward(clean);`
template <class T>
[[nodiscard]] std::unexpected<refusal> forward(api_result<T>& refused_one) {
    return std::unexpected(std::move(refused_one.error()));
}

}  // namespace vf::console
