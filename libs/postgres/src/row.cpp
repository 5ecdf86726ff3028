#include <algorithm>
#include <charconv>
#include <system_error>

#include "answer.hpp"
#include "timestamp_text.hpp"
#include "vf/base/assert.hpp"
#include "vf/base/text.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::postgres {

namespace {

template <class Number>
Number parse_number(std::string_view text) {
    Number value{};
    const char* const end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, value);
    VF_ASSERT(fault == std::errc{} && stop == end);
    return value;
}

}  // namespace

std::size_t row::index_of(std::string_view column) const {
    const auto found = std::ranges::find(answer_->names, column);
    VF_ASSERT(found != answer_->names.end());
    return static_cast<std::size_t>(found - answer_->names.begin());
}

std::optional<std::string_view> row::value(std::size_t column) const {
    VF_ASSERT(column < answer_->names.size());
    const auto field = answer_->result[number_][static_cast<pqxx::row_size_type>(column)];
    return field.is_null() ? std::nullopt : std::optional<std::string_view>{field.view()};
}

std::string_view row::present(std::size_t column) const {
    const auto found = value(column);
    VF_ASSERT(found.has_value());
    return *found;
}

bool row::is_null(std::string_view column) const {
    return is_null(index_of(column));
}

std::string row::text(std::string_view column) const {
    return text(index_of(column));
}

std::optional<std::string> row::optional_text(std::string_view column) const {
    return optional_text(index_of(column));
}

std::int64_t row::integer(std::string_view column) const {
    return integer(index_of(column));
}

std::optional<std::int64_t> row::optional_integer(std::string_view column) const {
    return optional_integer(index_of(column));
}

bool row::boolean(std::string_view column) const {
    return boolean(index_of(column));
}

double row::real(std::string_view column) const {
    return real(index_of(column));
}

instant row::timestamp(std::string_view column) const {
    return timestamp(index_of(column));
}

std::optional<instant> row::optional_timestamp(std::string_view column) const {
    return optional_timestamp(index_of(column));
}

std::string row::bytes(std::string_view column) const {
    return bytes(index_of(column));
}

std::optional<std::string> row::optional_bytes(std::string_view column) const {
    return optional_bytes(index_of(column));
}

bool row::is_null(std::size_t column) const {
    return !value(column).has_value();
}

std::string row::text(std::size_t column) const {
    return std::string{present(column)};
}

std::optional<std::string> row::optional_text(std::size_t column) const {
    const auto found = value(column);
    return found ? std::optional<std::string>{*found} : std::nullopt;
}

std::int64_t row::integer(std::size_t column) const {
    return parse_number<std::int64_t>(present(column));
}

std::optional<std::int64_t> row::optional_integer(std::size_t column) const {
    if (is_null(column)) {
        return std::nullopt;
    }
    return integer(column);
}

bool row::boolean(std::size_t column) const {
    const auto value = present(column);
    VF_ASSERT(value == "t" || value == "f");
    return value == "t";
}

double row::real(std::size_t column) const {
    return parse_number<double>(present(column));
}

instant row::timestamp(std::size_t column) const {
    const std::optional<instant> value = from_timestamp_text(present(column));
    VF_ASSERT(value.has_value());
    return *value;
}

std::optional<instant> row::optional_timestamp(std::size_t column) const {
    if (is_null(column)) {
        return std::nullopt;
    }
    return timestamp(column);
}

std::string row::bytes(std::size_t column) const {
    const auto value = present(column);
    VF_ASSERT(value.starts_with("\\x"));
    std::optional<std::string> decoded = from_hex(value.substr(2));
    VF_ASSERT(decoded.has_value());
    return std::move(*decoded);
}

std::optional<std::string> row::optional_bytes(std::size_t column) const {
    if (is_null(column)) {
        return std::nullopt;
    }
    return bytes(column);
}

}  // namespace vf::postgres
