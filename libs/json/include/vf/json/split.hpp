// The items of one array of an object, cut out before anything is parsed: one that is at fault is
// then refused by itself, and only one is held parsed at a time. Nothing is decided about the text
// but where each item ends; that it is JSON follows when the envelope and every item are. Pure; any
// thread; one pass, constant stack.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "vf/json/value.hpp"

namespace vf::json {

struct split_text {
    // The text with that array empty; the text as it is where the object has no such array.
    std::string envelope;
    std::vector<std::string_view> items;  // slices of the text, some with white space around
    bool found{false};
    bool more{false};    // than `items_max`: what is behind them has not been looked at
    bool broken{false};  // the array does not end: no JSON
};

// `list` is the name of the array, the first of that name. At most `items_max` items.
[[nodiscard]] split_text split(std::string_view text, std::string_view list, std::size_t items_max);

// Of such an object, as `canonical` writes it when it is whole: `items` are the canonical items of
// the array `list` one behind the other.
[[nodiscard]] std::string canonical(
    const value& envelope, std::string_view list, std::string_view items
);

}  // namespace vf::json
