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

const json::value* property(const json::value& of, std::string_view snake_name) {
    const auto found = std::ranges::find_if(of.members, [&](const json::member& each) {
        return domain::snake_case(each.name) == snake_name && !each.value.is(json::kind::null);
    });
    return found == of.members.end() ? nullptr : &found->value;
}

class telling {
public:
    telling(user_writes& into, const told_event& event, const json::value& properties)
        : into_{into}, event_{event}, properties_{properties} {}

    void write(std::string column, std::optional<std::string> text) {
        into_.columns.push_back({std::move(column), event_.by, std::move(text)});
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
            write(std::move(column), format_instant(event_.by.at + span));
        }
    }

    void time_or_now(std::string column, std::string_view name) {
        const auto* found = property(properties_, name);
        const bool said = found != nullptr && found->is(json::kind::string);
        const auto at = said ? parse_instant(found->text) : result<instant>{event_.by.at};
        write(std::move(column), format_instant(at.value_or(event_.by.at)));
    }

private:
    [[nodiscard]] std::optional<double> number_of(std::string_view name) const {
        const auto* found = property(properties_, name);
        return found != nullptr && found->is(json::kind::number) ? found->as_double()
                                                                 : std::nullopt;
    }

    user_writes& into_;
    const told_event& event_;
    const json::value& properties_;
};

}  // namespace

std::span<const std::string_view> lifecycle_events() {
    return names;
}

void add_writes(user_writes& into, const told_event& event) {
    if (!std::ranges::binary_search(names, event.name)) {
        return;
    }
    const auto properties = json::parse(event.properties);
    if (!properties) {
        return;
    }
    telling tell{into, event, *properties};
    if (event.name == "user_signed_up") {
        tell.stage("signed_up");
    } else if (event.name == "trial_started") {
        tell.stage("trialing");
        tell.days_from_now("trial_ends_at", "trial_days");
    } else if (event.name == "trial_expiring") {
        tell.days_from_now("trial_ends_at", "days_left");
    } else if (event.name == "subscription_changed") {
        tell.stage("active");
        tell.text("plan", "to");
        tell.text("billing_interval", "interval");
        tell.whole_number("mrr_cents", "mrr");
        tell.write("access_ends_at", std::nullopt);
    } else if (event.name == "subscription_cancelled") {
        tell.stage("cancelled");
        tell.time_or_now("access_ends_at", "effective_at");
    } else if (event.name == "payment_failed") {
        tell.stage("past_due");
    }
}

}  // namespace vf::normaliser
