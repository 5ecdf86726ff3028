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

struct page {
    std::size_t limit{domain::limits::page_default};
    std::optional<position> after;
};

template <class Row>
struct slice {
    std::vector<Row> rows;
    std::optional<position> next;  // nothing at the end of the list
};

// `rows` is what was found when one more than `limit` was asked for.
template <class Row>
[[nodiscard]] slice<Row> cut(std::vector<Row> rows, std::size_t limit) {
    slice<Row> slice{std::move(rows), std::nullopt};
    if (slice.rows.size() > limit) {
        slice.rows.resize(limit);
        slice.next = slice.rows.back().place();
    }
    return slice;
}

// `list` names the list; a cursor of another one is not decoded.
[[nodiscard]] std::string encode_cursor(std::string_view list, const position& last);
[[nodiscard]] std::optional<position> decode_cursor(std::string_view list, std::string_view cursor);

}  // namespace vf::console
