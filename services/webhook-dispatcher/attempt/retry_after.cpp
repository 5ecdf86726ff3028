#include "webhook-dispatcher/attempt/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>

namespace vf::webhook_dispatcher {

namespace {

std::optional<int> read_number(std::string_view digits) {
    int number = 0;
    const auto [end, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (problem != std::errc{} || end != digits.data() + digits.size() || number < 0) {
        return std::nullopt;
    }
    return number;
}

std::optional<unsigned> read_month(std::string_view name) {
    constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
        return std::nullopt;
    }
    return static_cast<unsigned>(found - names.begin()) + 1;
}

// "Sun, 06 Nov 1994 08:49:37 GMT", the only form a sender may make.
std::optional<instant> read_date(std::string_view text) {
    constexpr std::string_view form = "Sun, 06 Nov 1994 08:49:37 GMT";
    if (text.size() != form.size() || text.substr(3, 2) != ", " || text[7] != ' ' ||
        text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':' ||
        text.substr(25) != " GMT") {
        return std::nullopt;
    }
    const auto day = read_number(text.substr(5, 2));
    const auto month = read_month(text.substr(8, 3));
    const auto year = read_number(text.substr(12, 4));
    const auto hour = read_number(text.substr(17, 2));
    const auto minute = read_number(text.substr(20, 2));
    const auto second = read_number(text.substr(23, 2));
    if (!day || !month || !year || !hour || !minute || !second || *hour > 23 || *minute > 59 ||
        *second > 60) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{
        std::chrono::year{*year}, std::chrono::month{*month},
        std::chrono::day{static_cast<unsigned>(*day)}
    };
    if (!date.ok()) {
        return std::nullopt;
    }
    return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second};
}

// As many as there are, since a number too large for us means the cap as well.
std::optional<duration> read_seconds(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.empty() || !std::ranges::all_of(text, is_digit)) {
        return std::nullopt;
    }
    std::int64_t seconds = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const auto most = std::chrono::duration_cast<std::chrono::seconds>(retry_after_cap).count();
    if (problem != std::errc{} || seconds > most) {
        return retry_after_cap;
    }
    return std::chrono::seconds{seconds};
}

}  // namespace

std::optional<instant> read_retry_after(std::string_view value, instant now) {
    while (value.starts_with(' ')) {
        value.remove_prefix(1);
    }
    while (value.ends_with(' ')) {
        value.remove_suffix(1);
    }
    std::optional<instant> timestamp;
    if (const auto wait = read_seconds(value)) {
        timestamp = now + *wait;
    } else {
        timestamp = read_date(value);
    }
    if (!timestamp || *timestamp <= now) {
        return std::nullopt;
    }
    return std::min(*timestamp, now + retry_after_cap);
}

}  // namespace vf::webhook_dispatcher
