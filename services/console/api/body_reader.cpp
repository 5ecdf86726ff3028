#include "console/api/body_reader.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "vf/json/parse.hpp"
#include "vf/wire/customer_json.hpp"

namespace vf::console {

namespace {

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

}  // namespace

api_result<body_reader> body_reader::parse(std::string text) {
    auto kept = std::make_unique<std::string>(std::move(text));
    auto object = json::parse_located(*kept);
    if (!object) {
        const json::parse_fault& why = object.error();
        if (why.code == "invalid_json" || why.code == "invalid_utf8") {
            return bad_request(fmt::format("the body is not JSON: {}", why.code));
        }
        auto fault = wire::fault_of(why);
        return invalid(std::move(fault.field), std::move(fault.message));
    }
    if (!object->root().is(json::kind::object)) {
        return invalid("", "the body must be a JSON object");
    }
    return body_reader{std::move(kept), std::move(*object)};
}

void body_reader::fault(std::string_view field, std::string message) {
    if (!fault_) {
        fault_ = invalid(std::string{field}, std::move(message)).error();
    }
}

const json::value* body_reader::any(std::string_view name) {
    read_.emplace_back(name);
    return object_.root().find(name);
}

std::optional<std::string> body_reader::optional_text(
    std::string_view name, std::size_t characters_max
) {
    const json::value* const member = any(name);
    if (member == nullptr || member->is(json::kind::null)) {
        return std::nullopt;
    }
    if (!member->is(json::kind::string)) {
        fault(name, "must be a string");
        return std::nullopt;
    }
    if (member->text.empty()) {
        fault(name, "must not be empty");
    }
    if (characters(member->text) > characters_max) {
        fault(name, fmt::format("must be at most {} characters", characters_max));
    }
    return std::string{member->text};
}

std::string body_reader::text(std::string_view name, std::size_t characters_max) {
    auto text = optional_text(name, characters_max);
    if (!text) {
        fault(name, "required");
        return {};
    }
    return std::move(*text);
}

std::vector<std::string> body_reader::texts(std::string_view name) {
    const json::value* const member = any(name);
    if (member == nullptr) {
        fault(name, "required");
        return {};
    }
    if (!member->is(json::kind::array) || member->items().empty()) {
        fault(name, "must be an array of at least one string");
        return {};
    }
    std::vector<std::string> values;
    for (const auto& item : member->items()) {
        if (!item.is(json::kind::string)) {
            fault(fmt::format("{}[{}]", name, values.size()), "must be a string");
            return {};
        }
        values.emplace_back(item.text);
    }
    return values;
}

api_result<void> body_reader::finish() const {
    if (fault_) {
        return std::unexpected(*fault_);
    }
    for (const auto& member : object_.root().members()) {
        if (std::ranges::find(read_, member.name) == read_.end()) {
            return invalid(std::string{member.name}, "unknown field");
        }
    }
    return {};
}

}  // namespace vf::console
