#include "console/api/body.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "vf/json/parse.hpp"

namespace vf::console {

namespace {

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

}  // namespace

answered<body> body::parse(std::string text) {
    auto kept = std::make_unique<std::string>(std::move(text));
    auto object = json::parse(*kept);
    if (!object) {
        return bad_request(fmt::format("the body is not JSON we accept: {}", object.error().code));
    }
    if (!object->is(json::kind::object)) {
        return invalid("", "the body must be a JSON object");
    }
    return body{std::move(kept), std::move(*object)};
}

void body::fault(std::string_view field, std::string message) {
    if (!fault_) {
        fault_ = invalid(std::string{field}, std::move(message)).error();
    }
}

const json::value* body::any(std::string_view name) {
    asked_.emplace_back(name);
    return object_.find(name);
}

std::optional<std::string> body::optional_text(std::string_view name, std::size_t characters_max) {
    const json::value* const given = any(name);
    if (given == nullptr || given->is(json::kind::null)) {
        return std::nullopt;
    }
    if (!given->is(json::kind::string)) {
        fault(name, "must be a string");
        return std::nullopt;
    }
    if (given->text.empty()) {
        fault(name, "must not be empty");
    }
    if (characters(given->text) > characters_max) {
        fault(name, fmt::format("must be at most {} characters", characters_max));
    }
    return given->text;
}

std::string body::text(std::string_view name, std::size_t characters_max) {
    auto given = optional_text(name, characters_max);
    if (!given) {
        fault(name, "required");
        return {};
    }
    return std::move(*given);
}

std::vector<std::string> body::texts(std::string_view name) {
    const json::value* const given = any(name);
    if (given == nullptr) {
        fault(name, "required");
        return {};
    }
    if (!given->is(json::kind::array) || given->items.empty()) {
        fault(name, "must be an array of at least one string");
        return {};
    }
    std::vector<std::string> made;
    for (std::size_t i = 0; i < given->items.size(); ++i) {
        if (!given->items[i].is(json::kind::string)) {
            fault(fmt::format("{}[{}]", name, i), "must be a string");
            return {};
        }
        made.push_back(given->items[i].text);
    }
    return made;
}

answered<void> body::finish() const {
    if (fault_) {
        return std::unexpected(*fault_);
    }
    for (const json::member& given : object_.members) {
        if (std::ranges::find(asked_, given.name) == asked_.end()) {
            return invalid(given.name, "unknown field");
        }
    }
    return {};
}

}  // namespace vf::console
