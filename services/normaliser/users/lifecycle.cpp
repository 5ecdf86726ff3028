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

// Under either spelling, of both the one written last; null where that is a null.
const json::value* property(const json::value& value, std::string_view snake_name) {
    const auto* found = value.find_last([snake_name](std::string_view name) {
        return domain::is_spelling_of(name, snake_name);
    });
    return found == nullptr || found->is(json::kind::null) ? nullptr : found;
}

// The text that a column gets; nothing where the event does not say, and what was there stands.
class column_text {
public:
    column_text(instant occurred_at, const json::value& properties)
        : occurred_at_{occurred_at}, properties_{properties} {}

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
        return found != nullptr && found->is(json::kind::string)
                   ? std::optional{std::string{found->text}}
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
        return format_instant(occurred_at_ + span);
    }

    // What gives a time that cannot be read says nothing: it does not mean now.
    [[nodiscard]] std::optional<std::string> time_or_now(std::string_view name) const {
        if (property(properties_, name) == nullptr) {
            return format_instant(occurred_at_);
        }
        const auto timestamp = parse_instant_or_date(text(name).value_or(""));
        return timestamp ? std::optional{format_instant(*timestamp)} : std::nullopt;
    }

    instant occurred_at_;
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
    const column_text texts{event.occurred_at, properties->root()};
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
