#include <string>

#include "array_literal.hpp"
#include "timestamp_text.hpp"
#include "vf/base/text.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::postgres {

namespace {

std::string bytea_text(std::string_view bytes) {
    return "\\x" + to_hex(bytes);
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
    array_literal array;
    for (const std::string& value : values) {
        array.quoted(value);
    }
    values_.emplace_back(std::move(array).finish());
    return *this;
}

params& params::texts(const std::vector<std::optional<std::string>>& values) {
    array_literal array;
    for (const auto& value : values) {
        if (value) {
            array.quoted(*value);
        } else {
            array.null();
        }
    }
    values_.emplace_back(std::move(array).finish());
    return *this;
}

params& params::integers(const std::vector<std::int64_t>& values) {
    array_literal array;
    for (const std::int64_t value : values) {
        array.bare(std::to_string(value));
    }
    values_.emplace_back(std::move(array).finish());
    return *this;
}

params& params::booleans(const std::vector<bool>& values) {
    array_literal array;
    for (const bool value : values) {
        array.bare(value ? "t" : "f");
    }
    values_.emplace_back(std::move(array).finish());
    return *this;
}

params& params::timestamps(const std::vector<instant>& values) {
    array_literal array;
    for (const instant value : values) {
        array.quoted(to_timestamp_text(value));
    }
    values_.emplace_back(std::move(array).finish());
    return *this;
}

params& params::timestamps(const std::vector<std::optional<instant>>& values) {
    array_literal array;
    for (const auto& value : values) {
        if (value) {
            array.quoted(to_timestamp_text(*value));
        } else {
            array.null();
        }
    }
    values_.emplace_back(std::move(array).finish());
    return *this;
}

params& params::byte_strings(const std::vector<std::string>& values) {
    array_literal array;
    for (const std::string& value : values) {
        array.quoted(bytea_text(value));
    }
    values_.emplace_back(std::move(array).finish());
    return *this;
}

params& params::byte_strings(const std::vector<std::optional<std::string>>& values) {
    array_literal array;
    for (const auto& value : values) {
        if (value) {
            array.quoted(bytea_text(*value));
        } else {
            array.null();
        }
    }
    values_.emplace_back(std::move(array).finish());
    return *this;
}

}  // namespace vf::postgres
