#include "vf/postgres/array_parameter.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <utility>

#include "vf/base/assert.hpp"
#include "vf/base/text.hpp"

namespace vf::postgres {

// The numbers of pg_type, which are the same in every database.
struct array_parameter::element_type {
    std::string_view name;
    element kind;
    std::uint32_t oid;
};

namespace {

constexpr std::size_t place_of_dimensions = 0;
constexpr std::size_t place_of_nulls = 4;
constexpr std::size_t place_of_count = 12;
constexpr std::size_t header_size = 20;
constexpr std::size_t empty_header_size = 12;  // no dimension has no bounds
constexpr std::uint32_t null_length = 0xFFFFFFFF;

// Of Postgres, from ours.
constexpr std::chrono::sys_days epoch{std::chrono::year{2000} / 1 / 1};

template <class Integer>
void put(std::string& bytes, std::size_t place, Integer value) {
    const auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
    for (std::size_t index = 0; index < sizeof(Integer); ++index) {
        const auto shift = 8 * (sizeof(Integer) - 1 - index);
        bytes[place + index] = static_cast<char>((bits >> shift) & 0xFFU);
    }
}

template <class Integer>
void append(std::string& bytes, Integer value) {
    const auto place = bytes.size();
    bytes.resize(place + sizeof(Integer));
    put(bytes, place, value);
}

template <class Integer>
void append_element(std::string& bytes, Integer value) {
    append(bytes, static_cast<std::uint32_t>(sizeof(Integer)));
    append(bytes, value);
}

// The ends of an instant are the infinities; what lies before the range of Postgres is refused by
// the server, however far.
std::int64_t microseconds_of(instant timestamp) {
    using limits = std::numeric_limits<std::int64_t>;
    if (timestamp == instant::max()) {
        return limits::max();
    }
    if (timestamp == instant::min()) {
        return limits::min();
    }
    const auto since_1970 = to_microseconds(timestamp);
    const auto offset = to_microseconds(epoch);
    return since_1970 < limits::min() + 1 + offset ? limits::min() + 1 : since_1970 - offset;
}

std::int32_t days_of(instant timestamp) {
    const auto days = std::chrono::floor<std::chrono::days>(timestamp) - epoch;
    return static_cast<std::int32_t>(days.count());
}

std::string sixteen_bytes(std::string_view uuid) {
    std::string digits{uuid};
    std::erase(digits, '-');
    auto bytes = from_hex(digits);
    VF_ASSERT(bytes && bytes->size() == sizeof(uuid_bytes));
    return std::move(*bytes);
}

}  // namespace

const array_parameter::element_type& array_parameter::type_of(std::string_view name) {
    static constexpr std::array<element_type, 9> types{{
        {"text", element::text, 25},
        {"jsonb", element::jsonb, 3802},
        {"bytea", element::bytes, 17},
        {"uuid", element::uuid, 2950},
        {"integer", element::integer, 23},
        {"bigint", element::bigint, 20},
        {"boolean", element::boolean, 16},
        {"timestamptz", element::timestamp, 1184},
        {"date", element::date, 1082},
    }};
    const auto* const found = std::ranges::find(types, name, &element_type::name);
    VF_ASSERT(found != types.end());
    return *found;
}

// Dimensions, whether there are nulls, the type, then how many and from which number on.
array_parameter::array_parameter(std::string_view type) : element_{type_of(type).kind} {
    append(bytes_, std::uint32_t{1});
    append(bytes_, std::uint32_t{0});
    append(bytes_, type_of(type).oid);
    append(bytes_, std::uint32_t{0});
    append(bytes_, std::uint32_t{1});
}

void array_parameter::add_null() {
    ++count_;
    put(bytes_, place_of_nulls, std::uint32_t{1});
    append(bytes_, null_length);
}

void array_parameter::add(std::string_view value) {
    if (element_ == element::uuid) {
        const auto bytes = sixteen_bytes(value);
        ++count_;
        append(bytes_, static_cast<std::uint32_t>(bytes.size()));
        bytes_ += bytes;
        return;
    }
    const bool versioned = element_ == element::jsonb;
    VF_ASSERT(versioned || element_ == element::text || element_ == element::bytes);
    ++count_;
    append(bytes_, static_cast<std::uint32_t>(value.size() + (versioned ? 1 : 0)));
    if (versioned) {
        bytes_ += '\1';
    }
    bytes_ += value;
}

void array_parameter::add(const uuid_bytes& value) {
    VF_ASSERT(element_ == element::uuid);
    ++count_;
    append(bytes_, static_cast<std::uint32_t>(value.size()));
    bytes_.append(value.begin(), value.end());
}

void array_parameter::add(std::int64_t value) {
    ++count_;
    if (element_ == element::integer) {
        VF_ASSERT(std::in_range<std::int32_t>(value));
        append_element(bytes_, static_cast<std::int32_t>(value));
        return;
    }
    VF_ASSERT(element_ == element::bigint);
    append_element(bytes_, value);
}

void array_parameter::add(bool value) {
    VF_ASSERT(element_ == element::boolean);
    ++count_;
    append_element(bytes_, static_cast<std::uint8_t>(value ? 1 : 0));
}

void array_parameter::add(instant value) {
    ++count_;
    if (element_ == element::date) {
        append_element(bytes_, days_of(value));
        return;
    }
    VF_ASSERT(element_ == element::timestamp);
    append_element(bytes_, microseconds_of(value));
}

std::string array_parameter::take() && {
    if (count_ == 0) {
        bytes_.resize(empty_header_size);
        put(bytes_, place_of_dimensions, std::uint32_t{0});
    } else {
        VF_ASSERT(bytes_.size() >= header_size);
        put(bytes_, place_of_count, count_);
    }
    return std::move(bytes_);
}

}  // namespace vf::postgres
