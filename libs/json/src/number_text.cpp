#include "number_text.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>

namespace vf::json {

namespace {

// 0.digits × 10^magnitude, without leading or trailing zeros; zero has no digits at all.
struct decimal {
    bool negative{false};
    std::string digits;
    std::int64_t magnitude{0};
};

// Beyond this an exponent says only "huge" or "tiny"; sums of two of them do not overflow.
constexpr std::int64_t exponent_max = 1'000'000'000'000;
constexpr std::size_t int64_digits_max = 19;

std::string_view take_digits(std::string_view& rest) {
    const std::size_t size = std::min(rest.find_first_not_of("0123456789"), rest.size());
    const std::string_view digits = rest.substr(0, size);
    rest.remove_prefix(size);
    return digits;
}

bool take_one_of(std::string_view& rest, std::string_view text) {
    if (rest.empty() || text.find(rest.front()) == std::string_view::npos) {
        return false;
    }
    rest.remove_prefix(1);
    return true;
}

std::optional<std::int64_t> take_exponent(std::string_view& rest) {
    if (!take_one_of(rest, "eE")) {
        return 0;
    }
    const bool negative = take_one_of(rest, "-");
    if (!negative) {
        take_one_of(rest, "+");
    }
    const std::string_view digits = take_digits(rest);
    if (digits.empty()) {
        return std::nullopt;
    }
    std::int64_t exponent = 0;
    for (const char digit : digits) {
        exponent = std::min(exponent * 10 + (digit - '0'), exponent_max);
    }
    return negative ? -exponent : exponent;
}

std::optional<decimal> read_decimal(std::string_view text) {
    decimal number;
    number.negative = take_one_of(text, "-");
    const std::string_view whole = take_digits(text);
    const bool has_point = take_one_of(text, ".");
    const std::string_view fraction = has_point ? take_digits(text) : std::string_view{};
    const std::optional<std::int64_t> exponent = take_exponent(text);
    if (whole.empty() || (has_point && fraction.empty()) || !exponent || !text.empty()) {
        return std::nullopt;
    }
    number.digits = whole;
    number.digits += fraction;
    const std::size_t zeros = std::min(number.digits.find_first_not_of('0'), number.digits.size());
    number.digits.erase(0, zeros);
    // npos + 1 is 0: nothing but zeros leaves nothing.
    number.digits.resize(number.digits.find_last_not_of('0') + 1);
    number.magnitude =
        static_cast<std::int64_t>(whole.size()) - static_cast<std::int64_t>(zeros) + *exponent;
    return number;
}

}  // namespace

bool is_number(std::string_view text) {
    return read_decimal(text).has_value();
}

std::int64_t number_exponent(std::string_view text) {
    std::string_view exponent = text.substr(std::min(text.find_first_of("eE"), text.size()));
    return take_exponent(exponent).value_or(0);
}

std::optional<double> number_as_double(std::string_view text) {
    // from_chars would also take "inf" and "nan".
    if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) {
        return std::nullopt;
    }
    double number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, number);
    if (stop != end || problem == std::errc::invalid_argument) {
        return std::nullopt;
    }
    if (problem == std::errc::result_out_of_range) {
        const std::optional<decimal> read = read_decimal(text);
        if (!read || read->magnitude > 0) {
            return std::nullopt;
        }
        return read->negative ? -0.0 : 0.0;
    }
    return number;
}

std::optional<std::int64_t> number_as_integer(std::string_view text) {
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    if (const auto [stop, problem] = std::from_chars(text.data(), end, number);
        stop == end && problem == std::errc{}) {
        return number;
    }
    const std::optional<decimal> read = read_decimal(text);
    if (!read) {
        return std::nullopt;
    }
    if (read->digits.empty()) {
        return 0;
    }
    const auto digits = static_cast<std::int64_t>(read->digits.size());
    if (read->magnitude < digits || read->magnitude > static_cast<std::int64_t>(int64_digits_max)) {
        return std::nullopt;
    }
    std::string whole = read->negative ? "-" : "";
    whole += read->digits;
    whole.append(static_cast<std::size_t>(read->magnitude - digits), '0');
    end = whole.data() + whole.size();
    const auto [stop, problem] = std::from_chars(whole.data(), end, number);
    if (problem != std::errc{}) {
        return std::nullopt;
    }
    return number;
}

}  // namespace vf::json
