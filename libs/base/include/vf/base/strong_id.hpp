// Ids are strong types past the edge of a process: two ids of different kinds never compare or
// swap by accident. The text is opaque. Any thread.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

namespace vf {

template <class Tag>
struct strong_id {
    std::string text;

    strong_id() = default;

    explicit strong_id(std::string value) : text{std::move(value)} {}

    [[nodiscard]] bool empty() const { return text.empty(); }

    friend bool operator==(const strong_id&, const strong_id&) = default;
    friend auto operator<=>(const strong_id&, const strong_id&) = default;
};

}  // namespace vf

template <class Tag>
struct std::hash<vf::strong_id<Tag>> {
    std::size_t operator()(const vf::strong_id<Tag>& id) const noexcept {
        return std::hash<std::string>{}(id.text);
    }
};
