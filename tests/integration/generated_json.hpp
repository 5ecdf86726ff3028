// JSON as nobody would write it and somebody will send it, by a seed: numbers at and beyond every
// limit, text at the edges of Unicode, deep and wide values, dates at the ends of calendars. Some
// of it is no JSON that a door takes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "vf/base/random.hpp"

namespace vf::normaliser_tests {

class generated_json {
public:
    explicit generated_json(std::uint64_t seed) : random_{seed} {}

    [[nodiscard]] std::size_t below(std::size_t count) { return random_.next() % count; }

    template <std::size_t Count>
    [[nodiscard]] std::string one_of(const std::array<std::string_view, Count>& choices) {
        return std::string{choices.at(below(Count))};
    }

    // Of one user of a few, at times of one that is no good.
    [[nodiscard]] std::string user() {
        return below(40) == 0 ? string() : "\"u" + std::to_string(below(12)) + "\"";
    }

    [[nodiscard]] std::string identify() {
        std::string text = R"({"external_user_id":)" + user();
        if (below(2) == 0) {
            text += R"(,"email":)" + (below(3) == 0 ? string() : R"("a@example.com")");
        }
        if (below(3) == 0) {
            text += R"(,"name":)" + string();
        }
        if (below(3) == 0) {
            text += R"(,"timestamp":)" + date();
        }
        return text + R"(,"traits":)" + (below(10) == 0 ? value(0) : object(0, true)) + "}";
    }

    [[nodiscard]] std::string track() {
        static constexpr std::array<std::string_view, 11> names{
            "user_signed_up",
            "trial_started",
            "trial_expiring",
            "subscription_started",
            "subscription_cancelled",
            "subscription_plan_changed",
            "feature_used",
            "usage_threshold_reached",
            "onboarding_step_completed",
            "report_exported",
            "x"
        };
        std::string text = R"({"external_user_id":)" + user() + R"(,"name":)";
        text += below(10) == 0 ? string() : '"' + one_of(names) + '"';
        if (below(3) == 0) {
            text += R"(,"timestamp":)" + date();
        }
        return text + R"(,"properties":)" + (below(10) == 0 ? value(0) : object(0, false)) + "}";
    }

    [[nodiscard]] std::string bytes(std::size_t most) {
        std::string text(below(most + 1), '\0');
        for (char& byte : text) {
            byte = static_cast<char>(random_.next());
        }
        return text;
    }

private:
    [[nodiscard]] std::string value(std::size_t depth) {
        switch (below(depth < 9 ? 8 : 5)) {
            case 0:
            case 1:
                return number();
            case 2:
            case 3:
                return string();
            case 4:
                return one_of(std::array<std::string_view, 4>{"true", "false", "null", "{}"});
            case 5:
                return date();
            case 6:
                return object(depth + 1, false);
            default:
                return array(depth + 1);
        }
    }

    [[nodiscard]] std::string array(std::size_t depth) {
        std::string text = "[";
        const auto count = below(5);
        for (std::size_t i = 0; i < count; ++i) {
            text += (i > 0 ? "," : "") + value(depth);
        }
        return text + "]";
    }

    [[nodiscard]] std::string object(std::size_t depth, bool traits) {
        std::string text = "{";
        const auto count = below(60) == 0 ? 300 : below(7);
        for (std::size_t i = 0; i < count; ++i) {
            text += (i > 0 ? "," : "") + key(i, traits) + ":" + value(depth);
        }
        return text + "}";
    }

    [[nodiscard]] std::string key(std::size_t index, bool trait) {
        static constexpr std::array<std::string_view, 14> names{
            "plan",      "company",   "role",   "signup_date",  "signupDate",
            "timezone",  "time_zone", "locale", "subscribed",   "stage",
            "plan_name", "mrr",       "seats",  "trial_ends_at"
        };
        static constexpr std::array<std::string_view, 12> properties{
            "plan",        "from_plan",    "to_plan", "feature", "daysLeft",  "days_left",
            "effectiveAt", "effective_at", "step",    "metric",  "threshold", "trialEndsAt"
        };
        if (below(3) > 0) {
            return '"' + (trait ? one_of(names) : one_of(properties)) + '"';
        }
        if (below(4) == 0) {
            return string();
        }
        const std::size_t length = below(30) == 0 ? 3'000 : below(12);
        return "\"k" + std::to_string(index) + std::string(length, 'k') + '"';
    }

    [[nodiscard]] std::string number() {
        static constexpr std::array<std::string_view, 26> odd{
            "1e-20000",
            "0e-20000",
            "1e-16383",
            "1e-16384",
            "1e131071",
            "1e131072",
            "1e400",
            "-1e400",
            "1e308",
            "1e309",
            "4.9e-324",
            "1e-325",
            "-0",
            "-0.0",
            "0e999999999",
            "9007199254740993",
            "18446744073709551616",
            "-9223372036854775809",
            "0.1000000000000000055511151231257827",
            "1E+5",
            "1e99999999999999999999",
            "2147483648",
            "-2147483649",
            "3.14",
            "7",
            "1e-1000"
        };
        if (below(3) > 0) {
            return one_of(odd);
        }
        std::string digits(1 + below(below(20) == 0 ? 2'000 : 20), '0');
        for (char& digit : digits) {
            digit = static_cast<char>('0' + below(10));
        }
        return (below(2) == 0 ? "-1" : "1") + digits + (below(2) == 0 ? "." + digits : "") +
               (below(4) == 0 ? "e-" + std::to_string(below(30'000)) : "");
    }

    [[nodiscard]] std::string string() {
        static constexpr std::array<std::string_view, 22> odd{
            R"("")",
            R"(" ")",
            R"("\u0000")",
            R"("a\u0000b")",
            R"("\ud800")",
            R"("\udc00\ud800")",
            R"("\ud83d\ude00")",
            R"("\uffff")",
            R"("\ufffe\u200b\u202e")",
            R"("\\u0000")",
            R"("\u007f\u0080\u009f")",
            R"("undefined")",
            R"("NaN")",
            R"("Infinity")",
            R"("null")",
            "\"\xf0\x9f\x98\x80\"",
            "\"\xed\xa0\x80\"",
            "\"\xc0\x80\"",
            "\"\xff\"",
            "\"e\xcc\x81\xcc\x81\xcc\x81\"",
            R"("'; DROP TABLE users; --")",
            R"("{\"a\":1}")"
        };
        if (below(3) > 0) {
            return one_of(odd);
        }
        const std::size_t length = below(25) == 0 ? 31'000 : below(40);
        return '"' + std::string(length, below(2) == 0 ? 'x' : 'z') + '"';
    }

    [[nodiscard]] std::string date() {
        static constexpr std::array<std::string_view, 20> odd{
            R"("2024-02-29T12:00:00Z")",
            R"("2023-02-29T12:00:00Z")",
            R"("0001-01-01T00:00:00Z")",
            R"("0000-12-31T23:59:59Z")",
            R"("1969-12-31T23:59:59.999Z")",
            R"("1970-01-01T00:00:00Z")",
            R"("9999-12-31T23:59:59.999999999Z")",
            R"("10000-01-01T00:00:00Z")",
            R"("-4713-01-01T00:00:00Z")",
            R"("294276-12-31T23:59:59Z")",
            R"("2024-01-01")",
            R"("2024-01-01T09:30Z")",
            R"("2024-01-01 09:30:00+01")",
            R"("2024-01-01T24:00:00Z")",
            R"("2024-01-01T00:00:60Z")",
            R"("infinity")",
            R"("-infinity")",
            R"("now")",
            R"("epoch")",
            R"(1704067200)"
        };
        return one_of(odd);
    }

    seeded_random random_;
};

}  // namespace vf::normaliser_tests
