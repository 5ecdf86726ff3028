// One page of a list and the cursor to the next. A cursor is opaque to callers: the place of the
// last row they were given, and the list it belongs to. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/domain/limits.hpp"

namespace vf::console {

// Where a row stands in its list: its time, then its id.
struct position {
    instant timestamp{};
    std::string id;

    friend bool operator==(const position&, const position&) = default;
};

// Which page is meant: so many rows, after that place.
struct page_request {
    std::size_t limit{domain::limits::page_default};
    std::optional<position> after;
};

template <class Row>
struct page {
    std::vector<Row> rows;
    std::optional<position> next;  // nothing at the end of the list
};

// `rows` is what was found when one more than `limit` was queried.
template <class Row>
[[nodiscard]] page<Row> make_page(std::vector<Row> rows, std::size_t limit) {
    page<Row> page{std::move(rows), std::nullopt};
    if (page.rows.size() > limit) {
        page.rows.resize(limit);
        page.next = page.rows.back().place();
    }
    return page;
}

// `list` names the list; a cursor of another one is not decoded.
[[nodiscard]] std::string encode_cursor(std::string_view list, const position& last);
[[nodiscard]] std::optional<position> decode_cursor(std::string_view list, std::string_view cursor);

}  // namespace vf::console
