// Reads the JSON object of a write. Each field is read once; a field that nobody reads is a typo
// and refused by `finish`, as is the first fault found. Pure; any thread. Keeps its own copy of the
// text, into which `value::source` points.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/api/replies.hpp"
#include "vf/json/document.hpp"

namespace vf::console {

class body_reader {
public:
    // 400 for what is no JSON, 422 for JSON that is no object or holds a value nobody can keep.
    [[nodiscard]] static api_result<body_reader> parse(std::string text);

    // Not empty, at most `characters_max` code points. Empty after a fault.
    [[nodiscard]] std::string text(std::string_view name, std::size_t characters_max = 255);
    [[nodiscard]] std::optional<std::string> optional_text(
        std::string_view name, std::size_t characters_max = 255
    );
    // An array of at least one string.
    [[nodiscard]] std::vector<std::string> texts(std::string_view name);
    // Any value; null when absent.
    [[nodiscard]] const json::value* any(std::string_view name);

    // For a check of the caller's own.
    void fault(std::string_view field, std::string message);

    [[nodiscard]] api_result<void> finish() const;

private:
    body_reader(std::unique_ptr<std::string> text, json::document object)
        : text_{std::move(text)}, object_{std::move(object)} {}

    // On the heap: a small string would move its bytes along with the object.
    std::unique_ptr<std::string> text_;
    json::document object_;
    std::vector<std::string> read_;
    std::optional<refusal> fault_;
};

}  // namespace vf::console
