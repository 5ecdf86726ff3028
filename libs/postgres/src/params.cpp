#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

template <class Values>
array_parameter array_of(std::string_view type, const Values& values) {
    array_parameter array{type};
    for (const auto& value : values) {
        array.add(value);
    }
    return array;
}

}  // namespace

params& params::null() {
    values_.emplace_back();
    return *this;
}

params& params::text(std::string_view value) {
    values_.emplace_back(std::string{value});
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
    return array(array_of("bigint", values));
}

params& params::booleans(const std::vector<bool>& values) {
    array_parameter elements{"boolean"};
    for (const bool value : values) {
        elements.add(value);
    }
    return array(std::move(elements));
}

params& params::timestamps(const std::vector<instant>& values) {
    return array(array_of("timestamptz", values));
}

params& params::timestamps(const std::vector<std::optional<instant>>& values) {
    return array(array_of("timestamptz", values));
}

params& params::byte_strings(const std::vector<std::string>& values) {
    return array(array_of("bytea", values));
}

params& params::byte_strings(const std::vector<std::optional<std::string>>& values) {
    return array(array_of("bytea", values));
}

params& params::array(array_parameter values) {
    values_.emplace_back(std::move(values).take(), true);
    return *this;
}

}  // namespace vf::postgres
