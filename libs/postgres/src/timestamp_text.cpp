#include "timestamp_text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

namespace vf::postgres {

namespace {

constexpr std::int64_t microseconds_per_second = 1'000'000;
constexpr std::int64_t microseconds_per_day = 86'400 * microseconds_per_second;
// The last year that lies wholly within the range of an instant.
constexpr std::int64_t last_year = 294'246;

struct civil_date {
    std::int64_t year{};  // astronomical: 0 is 1 BC
    std::int64_t month{};
    std::int64_t day{};
};

// Days of the proleptic Gregorian calendar in eras of 400 years that begin on the first of March.
// std::chrono::year ends at 32767, Postgres does not.
std::int64_t days_of(const civil_date& date) {
    const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t year_of_era = year - era * 400;
    const std::int64_t month_from_march = (date.month + 9) % 12;
    const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146'097 + day_of_era - 719'468;
}

civil_date date_of(std::int64_t days) {
    const std::int64_t shifted = days + 719'468;
    const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
    const std::int64_t day_of_era = shifted - era * 146'097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
    const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return {
        .year = year_of_era + era * 400 + (month <= 2 ? 1 : 0),
        .month = month,
        .day = day_of_year - (153 * month_from_march + 2) / 5 + 1,
    };
}

// Reads from the front of a text; once something is not as expected, it stays broken.
class scanner {
public:
    explicit scanner(std::string_view text) : rest_{text} {}

    std::int64_t digits(std::size_t at_least, std::size_t at_most) {
        std::int64_t value = 0;
        std::size_t seen = 0;
        while (seen < at_most && seen < rest_.size() && rest_[seen] >= '0' && rest_[seen] <= '9') {
            value = value * 10 + (rest_[seen] - '0');
            ++seen;
        }
        sound_ = sound_ && seen >= at_least;
        rest_.remove_prefix(seen);
        return value;
    }

    bool take(std::string_view expected) {
        if (!rest_.starts_with(expected)) {
            return false;
        }
        rest_.remove_prefix(expected.size());
        return true;
    }

    void need(std::string_view expected) { sound_ = take(expected) && sound_; }

    [[nodiscard]] std::size_t left() const { return rest_.size(); }

    [[nodiscard]] bool finished() const { return sound_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool sound_{true};
};

std::int64_t scan_fraction(scanner& scanner) {
    if (!scanner.take(".")) {
        return 0;
    }
    static constexpr std::array<std::int64_t, 7> scale{1'000'000, 100'000, 10'000, 1'000,
                                                       100,       10,      1};
    const std::size_t before = scanner.left();
    const std::int64_t digits = scanner.digits(1, 6);
    return digits * scale[before - scanner.left()];
}

std::int64_t scan_offset_seconds(scanner& scanner) {
    const bool west = scanner.take("-");
    if (!west) {
        scanner.need("+");
    }
    std::int64_t seconds = scanner.digits(2, 2) * 3'600;
    if (scanner.take(":")) {
        seconds += scanner.digits(2, 2) * 60;
        if (scanner.take(":")) {
            seconds += scanner.digits(2, 2);
        }
    }
    return west ? -seconds : seconds;
}

}  // namespace

std::string to_timestamp_text(instant timestamp) {
    if (timestamp == instant::max()) {
        return "infinity";
    }
    if (timestamp == instant::min()) {
        return "-infinity";
    }
    std::int64_t days = to_microseconds(timestamp) / microseconds_per_day;
    std::int64_t in_day = to_microseconds(timestamp) % microseconds_per_day;
    if (in_day < 0) {
        in_day += microseconds_per_day;
        --days;
    }
    const civil_date date = date_of(days);
    const bool before_christ = date.year <= 0;
    const std::int64_t seconds = in_day / microseconds_per_second;
    return fmt::format(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}+00{}", before_christ ? 1 - date.year : date.year,
        date.month, date.day, seconds / 3'600, seconds / 60 % 60, seconds % 60,
        in_day % microseconds_per_second, before_christ ? " BC" : ""
    );
}

std::optional<instant> from_timestamp_text(std::string_view text) {
    if (text == "infinity") {
        return instant::max();
    }
    if (text == "-infinity") {
        return instant::min();
    }
    scanner scanner{text};
    civil_date date;
    date.year = scanner.digits(4, 6);
    scanner.need("-");
    date.month = scanner.digits(2, 2);
    scanner.need("-");
    date.day = scanner.digits(2, 2);
    scanner.need(" ");
    const std::int64_t hours = scanner.digits(2, 2);
    scanner.need(":");
    const std::int64_t minutes = scanner.digits(2, 2);
    scanner.need(":");
    const std::int64_t seconds = scanner.digits(2, 2);
    const std::int64_t fraction = scan_fraction(scanner);
    const std::int64_t offset = scan_offset_seconds(scanner);
    if (scanner.take(" BC")) {
        date.year = 1 - date.year;
    }
    if (!scanner.finished()) {
        return std::nullopt;
    }
    if (date.year > last_year) {
        return instant::max();
    }
    const std::int64_t since_midnight = hours * 3'600 + minutes * 60 + seconds - offset;
    return from_microseconds(
        days_of(date) * microseconds_per_day + since_midnight * microseconds_per_second + fraction
    );
}

}  // namespace vf::postgres
