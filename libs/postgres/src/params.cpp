#include <optional>
#include <string>
#include <vector>

#include "array_text.hpp"
#include "timestamp_text.hpp"
#include "vf/base/text.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::postgres {

namespace {

std::string bytea_text(std::string_view bytes) {
    return "\\x" + to_hex(bytes);
}

template <class Value, class Convert>
std::vector<std::string> converted(const std::vector<Value>& values, Convert convert) {
    std::vector<std::string> texts;
    texts.reserve(values.size());
    for (const Value& value : values) {
        texts.push_back(convert(value));
    }
    return texts;
}

template <class Value, class Convert>
std::vector<std::optional<std::string>> converted(
    const std::vector<std::optional<Value>>& values, Convert convert
) {
    std::vector<std::optional<std::string>> texts;
    texts.reserve(values.size());
    for (const auto& value : values) {
        texts.push_back(value ? std::optional{convert(*value)} : std::nullopt);
    }
    return texts;
}

}  // namespace

params& params::null() {
    values_.emplace_back();
    return *this;
}

params& params::text(std::string_view value) {
    values_.emplace_back(std::in_place, value);
    return *this;
}

params& params::integer(std::int64_t value) {
    values_.emplace_back(std::to_string(value));
    return *this;
}

params& params::integer(std::optional<std::int64_t> value) {
    return value ? integer(*value) : null();
}

params& params::boolean(bool value) {
    values_.emplace_back(value ? "t" : "f");
    return *this;
}

params& params::timestamp(instant value) {
    values_.emplace_back(to_timestamp_text(value));
    return *this;
}

params& params::timestamp(std::optional<instant> value) {
    return value ? timestamp(*value) : null();
}

params& params::bytes(std::string_view value) {
    values_.emplace_back(bytea_text(value));
    return *this;
}

params& params::texts(const std::vector<std::string>& values) {
    values_.emplace_back(array_text(values));
    return *this;
}

params& params::texts(const std::vector<std::optional<std::string>>& values) {
    values_.emplace_back(array_text(values));
    return *this;
}

params& params::integers(const std::vector<std::int64_t>& values) {
    values_.emplace_back(array_text(values));
    return *this;
}

params& params::booleans(const std::vector<bool>& values) {
    std::vector<std::string> elements;
    elements.reserve(values.size());
    for (const bool value : values) {
        elements.emplace_back(value ? "t" : "f");
    }
    return texts(elements);
}

params& params::timestamps(const std::vector<instant>& values) {
    return texts(converted(values, to_timestamp_text));
}

params& params::timestamps(const std::vector<std::optional<instant>>& values) {
    return texts(converted(values, to_timestamp_text));
}

params& params::byte_strings(const std::vector<std::string>& values) {
    return texts(converted(values, bytea_text));
}

params& params::byte_strings(const std::vector<std::optional<std::string>>& values) {
    return texts(converted(values, bytea_text));
}

}  // namespace vf::postgres
