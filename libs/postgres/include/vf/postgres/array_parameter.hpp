// An array as a parameter, in Postgres' binary form: what is bound for thousands of rows is neither
// written nor read as text. Made by `bind` of columns.hpp and by stores that name their arrays
// themselves; goes to `params::array`. Pure; any thread. The statement has to cast the parameter to
// an array of the type ($1::bigint[]): the server refuses any other.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vf/base/clock.hpp"

namespace vf::postgres {

using uuid_bytes = std::array<std::uint8_t, 16>;

class array_parameter {
public:
    // Of SQL: text, jsonb, bytea, uuid, integer, bigint, boolean, timestamptz or date. Any other
    // type, and an element that is none of it, is a programmer error.
    explicit array_parameter(std::string_view type);

    void add_null();
    void add(std::string_view value);  // a uuid as Postgres writes it
    void add(const uuid_bytes& value);
    void add(std::int64_t value);
    void add(bool value);
    void add(instant value);  // of a date: the day in UTC

    void add(const std::string& value) { add(std::string_view{value}); }

    void add(const char*) = delete;

    template <class Value>
    void add(const std::optional<Value>& value) {
        value ? add(*value) : add_null();
    }

    // The parameter; nothing is left.
    [[nodiscard]] std::string take() &&;

private:
    enum class element { text, jsonb, bytes, uuid, integer, bigint, boolean, timestamp, date };
    struct element_type;

    static const element_type& type_of(std::string_view name);

    element element_;
    std::uint32_t count_{0};
    std::string bytes_;
};

}  // namespace vf::postgres
