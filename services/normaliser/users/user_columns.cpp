#include "normaliser/users/user_columns.hpp"

#include <algorithm>
#include <array>

#include "vf/domain/event_names.hpp"

namespace vf::normaliser {

namespace {

constexpr std::array<event_value, 1> plan_events{{
    {"subscription_changed", event_source::text, "to"},
}};

constexpr std::array<event_value, 5> stage_events{{
    {"user_signed_up", event_source::fixed, "signed_up"},
    {"trial_started", event_source::fixed, "trialing"},
    {"subscription_changed", event_source::fixed, "active"},
    {"subscription_cancelled", event_source::fixed, "cancelled"},
    {"payment_failed", event_source::fixed, "past_due"},
}};

constexpr std::array<event_value, 1> billing_interval_events{{
    {"subscription_changed", event_source::text, "interval"},
}};

constexpr std::array<event_value, 1> mrr_events{{
    {"subscription_changed", event_source::whole_number, "mrr"},
}};

constexpr std::array<event_value, 2> trial_events{{
    {"trial_started", event_source::days_from_now, "trial_days"},
    {"trial_expiring", event_source::days_from_now, "days_left"},
}};

constexpr std::array<event_value, 2> access_events{{
    {"subscription_changed", event_source::cleared},
    {"subscription_cancelled", event_source::time_or_now, "effective_at"},
}};

constexpr std::array<user_column, 12> columns{{
    {.name = "email", .identify = identify_source::email},
    {.name = "name", .identify = identify_source::trait},
    {.name = "plan", .identify = identify_source::trait, .events = plan_events},
    {.name = "company", .identify = identify_source::trait},
    {.name = "role", .identify = identify_source::trait},
    {.name = "signup_date", .identify = identify_source::trait},
    {.name = "timezone", .identify = identify_source::zone, .alias = "time_zone"},
    {.name = "stage", .events = stage_events, .fallback = "lead"},
    {.name = "billing_interval", .events = billing_interval_events},
    {.name = "mrr_cents", .events = mrr_events},
    {.name = "trial_ends_at", .events = trial_events},
    {.name = "access_ends_at", .events = access_events},
}};

bool is_of_trait(const user_column& column) {
    return column.identify == identify_source::trait || column.identify == identify_source::zone;
}

std::string value_of(const user_column& column, std::string_view record) {
    std::string value{record};
    value.append(".").append(column.name);
    if (column.fallback.empty()) {
        return value;
    }
    return "coalesce(" + value + ", '" + std::string{column.fallback} + "')";
}

template <class TextOf>
std::string join(TextOf text_of) {
    std::string joined;
    for (const auto& column : columns) {
        joined.append(joined.empty() ? "" : ", ").append(text_of(column));
    }
    return joined;
}

}  // namespace

std::span<const user_column> user_columns() {
    return columns;
}

const user_column* column_of_trait(std::string_view spelling) {
    const auto name = domain::snake_case(spelling);
    const auto* const found = std::ranges::find_if(columns, [&name](const user_column& column) {
        return is_of_trait(column) &&
               (column.name == name || (!column.alias.empty() && column.alias == name));
    });
    return found == columns.end() ? nullptr : found;
}

std::string trait_name(std::string_view spelling) {
    const auto* const column = column_of_trait(spelling);
    return column != nullptr ? std::string{column->name} : domain::snake_case(spelling);
}

std::string user_column_names() {
    return join([](const user_column& column) { return column.name; });
}

std::string user_column_values(std::string_view record) {
    return join([record](const user_column& column) { return value_of(column, record); });
}

}  // namespace vf::normaliser
