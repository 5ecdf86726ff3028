#include "vf/base/time_text.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

namespace vf {

namespace {

constexpr int year_min = 1900;
constexpr int year_max = 9999;
constexpr std::size_t date_characters = 10;  // "2026-11-20"

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Reads a text from left to right; once something did not fit, it stays failed.
class scanner {
public:
    explicit scanner(std::string_view text) : rest_{text} {}

    // Exactly `width` digits with a value from `low` to `high`.
    int number(std::size_t width, int low, int high) {
        int value = 0;
        for (std::size_t i = 0; i < width; ++i) {
            const char c = take();
            failed_ = failed_ || !is_digit(c);
            value = value * 10 + (c - '0');
        }
        failed_ = failed_ || value < low || value > high;
        return failed_ ? low : value;
    }

    std::chrono::year_month_day date() {
        const std::chrono::year year{number(4, year_min, year_max)};
        expect("-");
        const int month = number(2, 1, 12);
        expect("-");
        const int day = number(2, 1, 31);
        return {
            year, std::chrono::month{static_cast<unsigned>(month)},
            std::chrono::day{static_cast<unsigned>(day)}
        };
    }

    void expect(std::string_view one_of) {
        const char c = take();
        failed_ = failed_ || one_of.find(c) == std::string_view::npos;
    }

    bool accept(char expected) {
        if (rest_.empty() || rest_.front() != expected) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    // ".1" to ".123456789" in microseconds; what is finer is cut.
    duration fraction() {
        if (!accept('.')) {
            return duration{0};
        }
        std::int64_t microseconds = 0;
        std::size_t digits = 0;
        while (!rest_.empty() && is_digit(rest_.front())) {
            const char c = take();
            if (digits < 6) {
                microseconds = microseconds * 10 + (c - '0');
            }
            ++digits;
        }
        failed_ = failed_ || digits == 0 || digits > 9;
        for (; digits < 6; ++digits) {
            microseconds *= 10;
        }
        return duration{microseconds};
    }

    // "Z", "+hh", "+hh:mm" or "+hhmm", as what has to be subtracted to get UTC.
    std::chrono::minutes zone() {
        if (accept('Z') || accept('z')) {
            return std::chrono::minutes{0};
        }
        const bool negative = accept('-');
        if (!negative) {
            expect("+");
        }
        const int hours = number(2, 0, 23);
        const bool more = accept(':') || !rest_.empty();
        const int minutes = more ? number(2, 0, 59) : 0;
        const int offset = hours * 60 + minutes;
        return std::chrono::minutes{negative ? -offset : offset};
    }

    [[nodiscard]] bool is_complete() const { return !failed_ && rest_.empty(); }

private:
    char take() {
        if (rest_.empty()) {
            failed_ = true;
            return '\0';
        }
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    std::string_view rest_;
    bool failed_{false};
};

struct unit {
    std::string_view suffix;
    std::int64_t microseconds;
};

// Largest first: format_duration takes the first one that divides.
constexpr std::array<unit, 6> units{{
    {"d", 86'400'000'000},
    {"h", 3'600'000'000},
    {"m", 60'000'000},
    {"s", 1'000'000},
    {"ms", 1'000},
    {"us", 1},
}};

const unit* find_unit(std::string_view suffix) {
    for (const unit& candidate : units) {
        if (candidate.suffix == suffix) {
            return &candidate;
        }
    }
    return nullptr;
}

// Writes `value` so that its last digit stands before `end`.
void write_digits(char* end, std::int64_t value, int width) {
    for (int i = 0; i < width; ++i) {
        *--end = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

bool ends_day(instant minute) {
    const instant next = minute + std::chrono::minutes{1};
    return std::chrono::floor<std::chrono::days>(next) == next;
}

// A zone must not carry an instant out of the years whose text sorts as time does.
bool has_sortable_year(instant timestamp) {
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(timestamp)};
    const int year = static_cast<int>(day.year());
    return year >= year_min && year <= year_max;
}

std::unexpected<error> not_an_instant() {
    return fail(failure::data, "invalid_timestamp", "not ISO 8601 with date, time and zone");
}

}  // namespace

result<instant> parse_instant(std::string_view text) {
    scanner scan{text};
    const std::chrono::year_month_day date = scan.date();
    scan.expect("Tt ");
    const std::chrono::hours hours{scan.number(2, 0, 23)};
    scan.expect(":");
    const std::chrono::minutes minutes{scan.number(2, 0, 59)};
    const bool has_seconds = scan.accept(':');
    const std::chrono::seconds seconds{has_seconds ? scan.number(2, 0, 60) : 0};
    const duration fraction = has_seconds ? scan.fraction() : duration{0};
    const std::chrono::minutes zone = scan.zone();
    if (!scan.is_complete() || !date.ok()) {
        return not_an_instant();
    }
    const instant minute = std::chrono::sys_days{date} + hours + minutes - zone;
    // Our time has no leap seconds: 60 is read as the first second of the next minute, and only
    // the last minute of a day in UTC can have one.
    if (seconds == std::chrono::seconds{60} && !ends_day(minute)) {
        return not_an_instant();
    }
    const instant timestamp = minute + seconds + fraction;
    if (!has_sortable_year(timestamp)) {
        return not_an_instant();
    }
    return timestamp;
}

result<instant> parse_instant_or_date(std::string_view text) {
    if (text.size() != date_characters) {
        return parse_instant(text);
    }
    scanner scan{text};
    const std::chrono::year_month_day date = scan.date();
    if (!scan.is_complete() || !date.ok()) {
        return not_an_instant();
    }
    return instant{std::chrono::sys_days{date}};
}

std::string format_milliseconds(instant timestamp) {
    constexpr std::size_t finer_digits = 3;
    std::string text = format_instant(timestamp);
    text.erase(text.size() - 1 - finer_digits, finer_digits);
    return text;
}

std::string format_instant(instant timestamp) {
    const auto day = std::chrono::floor<std::chrono::days>(timestamp);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{timestamp - day};
    const int year = static_cast<int>(date.year());
    if (year < 0 || year > year_max) {
        return fmt::format(
            "{:+}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", year, unsigned{date.month()},
            unsigned{date.day()}, time.hours().count(), time.minutes().count(),
            time.seconds().count(), time.subseconds().count()
        );
    }
    // By hand, because every event and every line of log passes here.
    std::string text = "0000-00-00T00:00:00.000000Z";
    char* const out = text.data();
    write_digits(out + 4, year, 4);
    write_digits(out + 7, unsigned{date.month()}, 2);
    write_digits(out + 10, unsigned{date.day()}, 2);
    write_digits(out + 13, time.hours().count(), 2);
    write_digits(out + 16, time.minutes().count(), 2);
    write_digits(out + 19, time.seconds().count(), 2);
    write_digits(out + 26, time.subseconds().count(), 6);
    return text;
}

result<duration> parse_duration(std::string_view text) {
    std::int64_t count = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, count);
    const bool starts_with_digit = !text.empty() && is_digit(text.front());
    if (!starts_with_digit || problem != std::errc{}) {
        return fail(failure::data, "invalid_duration", "not a whole number and a unit");
    }
    const unit* const found = find_unit(std::string_view{stop, end});
    if (found == nullptr) {
        return fail(failure::data, "invalid_duration", "the unit is none of us ms s m h d");
    }
    std::int64_t microseconds = 0;
    if (__builtin_mul_overflow(count, found->microseconds, &microseconds)) {
        return fail(failure::data, "invalid_duration", "too long");
    }
    return duration{microseconds};
}

std::string format_duration(duration span) {
    if (span.count() == 0) {
        return "0s";
    }
    for (const unit& candidate : units) {
        if (span.count() % candidate.microseconds == 0) {
            return fmt::format("{}{}", span.count() / candidate.microseconds, candidate.suffix);
        }
    }
    return {};
}

}  // namespace vf
