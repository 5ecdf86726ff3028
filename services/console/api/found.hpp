// From what a store found to what the API answers: an error, 404, one row, or one page. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "console/api/replies.hpp"
#include "console/api/write_json.hpp"
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

// `list` names the list in its cursors.
template <class Row>
[[nodiscard]] api_result<http::response> reply_page(
    const result<std::optional<page<Row>>>& found, std::string_view list
) {
    if (!found) {
        return refused(found.error());
    }
    if (!*found) {
        return not_found();
    }
    return reply(200, page_json(**found, list));
}

}  // namespace vf::console
