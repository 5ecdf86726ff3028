#include "normaliser/users/lifecycle.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "normaliser/users/user_columns.hpp"
#include "vf/base/time_text.hpp"
#include "vf/domain/event_names.hpp"
#include "vf/json/parse.hpp"

namespace vf::normaliser {

namespace {

// Beyond this a number of days is a slip of the pen.
constexpr double days_most = 3'660;

const json::value* property(const json::value& value, std::string_view snake_name) {
    const auto found = std::ranges::find_if(value.members, [&](const json::member& each) {
        return domain::snake_case(each.name) == snake_name && !each.value.is(json::kind::null);
    });
    return found == value.members.end() ? nullptr : &found->value;
}

// The text that a column gets; nothing where the event does not say, and what was there stands.
class column_text {
public:
    column_text(instant effective_at, const json::value& properties)
        : effective_at_{effective_at}, properties_{properties} {}

    [[nodiscard]] std::optional<std::string> of(const event_value& value) const {
        switch (value.source) {
            case event_source::fixed:
                return std::string{value.argument};
            case event_source::text:
                return text(value.argument);
            case event_source::whole_number:
                return whole_number(value.argument);
            case event_source::days_from_now:
                return days_from_now(value.argument);
            case event_source::time_or_now:
                return time_or_now(value.argument);
            case event_source::cleared:
                break;
        }
        return std::nullopt;
    }

private:
    [[nodiscard]] std::optional<std::string> text(std::string_view name) const {
        const auto* found = property(properties_, name);
        return found != nullptr && found->is(json::kind::string) ? std::optional{found->text}
                                                                 : std::nullopt;
    }

    [[nodiscard]] std::optional<double> number(std::string_view name) const {
        const auto* found = property(properties_, name);
        return found != nullptr && found->is(json::kind::number) ? found->as_double()
                                                                 : std::nullopt;
    }

    [[nodiscard]] std::optional<std::string> whole_number(std::string_view name) const {
        constexpr double most = 9e15;
        const auto value = number(name);
        return value && std::abs(*value) <= most
                   ? std::optional{std::to_string(std::llround(*value))}
                   : std::nullopt;
    }

    [[nodiscard]] std::optional<std::string> days_from_now(std::string_view name) const {
        const auto days = number(name);
        if (!days || std::abs(*days) > days_most) {
            return std::nullopt;
        }
        using fractional_days = std::chrono::duration<double, std::chrono::days::period>;
        const auto span = std::chrono::duration_cast<vf::duration>(fractional_days{*days});
        return format_instant(effective_at_ + span);
    }

    [[nodiscard]] std::string time_or_now(std::string_view name) const {
        const auto present = text(name);
        const auto timestamp = present ? parse_instant(*present) : result<instant>{effective_at_};
        return format_instant(timestamp.value_or(effective_at_));
    }

    instant effective_at_;
    const json::value& properties_;
};

std::vector<std::string_view> event_names() {
    std::set<std::string_view> names;
    for (const auto& column : user_columns()) {
        for (const auto& value : column.events) {
            names.insert(value.event);
        }
    }
    return {names.begin(), names.end()};
}

}  // namespace

std::span<const std::string_view> lifecycle_events() {
    static const std::vector<std::string_view> names = event_names();
    return names;
}

void add_writes(user_writes& writes, const announced_event& event) {
    if (!std::ranges::binary_search(lifecycle_events(), event.name)) {
        return;
    }
    const auto properties = json::parse(event.properties);
    if (!properties) {
        return;
    }
    const column_text texts{event.version.effective_at, *properties};
    for (const auto& column : user_columns()) {
        for (const auto& value : column.events) {
            if (value.event != event.name) {
                continue;
            }
            auto text = texts.of(value);
            if (text || value.source == event_source::cleared) {
                writes.columns.push_back({std::string{column.name}, event.version, std::move(text)}
                );
            }
        }
    }
}

}  // namespace vf::normaliser
