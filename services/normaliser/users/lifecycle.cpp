#include "normaliser/users/lifecycle.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "vf/base/time_text.hpp"
#include "vf/domain/event_names.hpp"
#include "vf/json/parse.hpp"

namespace vf::normaliser {

namespace {

constexpr std::array<std::string_view, 6> names{
    "payment_failed", "subscription_cancelled", "subscription_changed",
    "trial_expiring", "trial_started",          "user_signed_up",
};

// Beyond this a number of days is a slip of the pen.
constexpr double days_most = 3'660;

const json::value* property(const json::value& value, std::string_view snake_name) {
    const auto found = std::ranges::find_if(value.members, [&](const json::member& each) {
        return domain::snake_case(each.name) == snake_name && !each.value.is(json::kind::null);
    });
    return found == value.members.end() ? nullptr : &found->value;
}

class event_writes {
public:
    event_writes(user_writes& writes, const announced_event& event, const json::value& properties)
        : into_{writes}, event_{event}, properties_{properties} {}

    void write(std::string column, std::optional<std::string> text) {
        into_.columns.push_back({std::move(column), event_.version, std::move(text)});
    }

    void stage(std::string text) { write("stage", std::move(text)); }

    // Where the event does not say, what was known stands.
    void text(std::string column, std::string_view name) {
        const auto* found = property(properties_, name);
        if (found != nullptr && found->is(json::kind::string)) {
            write(std::move(column), found->text);
        }
    }

    void whole_number(std::string column, std::string_view name) {
        constexpr double most = 9e15;
        const auto number = number_of(name);
        if (number && std::abs(*number) <= most) {
            write(std::move(column), std::to_string(std::llround(*number)));
        }
    }

    void days_from_now(std::string column, std::string_view name) {
        const auto days = number_of(name);
        if (days && std::abs(*days) <= days_most) {
            using fractional_days = std::chrono::duration<double, std::chrono::days::period>;
            const auto span = std::chrono::duration_cast<vf::duration>(fractional_days{*days});
            write(std::move(column), format_instant(event_.version.effective_at + span));
        }
    }

    void time_or_now(std::string column, std::string_view name) {
        const auto* found = property(properties_, name);
        const bool present = found != nullptr && found->is(json::kind::string);
        const auto timestamp =
            present ? parse_instant(found->text) : result<instant>{event_.version.effective_at};
        write(std::move(column), format_instant(timestamp.value_or(event_.version.effective_at)));
    }

private:
    [[nodiscard]] std::optional<double> number_of(std::string_view name) const {
        const auto* found = property(properties_, name);
        return found != nullptr && found->is(json::kind::number) ? found->as_double()
                                                                 : std::nullopt;
    }

    user_writes& into_;
    const announced_event& event_;
    const json::value& properties_;
};

}  // namespace

std::span<const std::string_view> lifecycle_events() {
    return names;
}

void add_writes(user_writes& writes, const announced_event& event) {
    if (!std::ranges::binary_search(names, event.name)) {
        return;
    }
    const auto properties = json::parse(event.properties);
    if (!properties) {
        return;
    }
    event_writes out{writes, event, *properties};
    if (event.name == "user_signed_up") {
        out.stage("signed_up");
    } else if (event.name == "trial_started") {
        out.stage("trialing");
        out.days_from_now("trial_ends_at", "trial_days");
    } else if (event.name == "trial_expiring") {
        out.days_from_now("trial_ends_at", "days_left");
    } else if (event.name == "subscription_changed") {
        out.stage("active");
        out.text("plan", "to");
        out.text("billing_interval", "interval");
        out.whole_number("mrr_cents", "mrr");
        out.write("access_ends_at", std::nullopt);
    } else if (event.name == "subscription_cancelled") {
        out.stage("cancelled");
        out.time_or_now("access_ends_at", "effective_at");
    } else if (event.name == "payment_failed") {
        out.stage("past_due");
    }
}

}  // namespace vf::normaliser
