#include "vf/facts/event_predicate.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "vf/domain/event_names.hpp"
#include "vf/json/parse.hpp"

namespace vf::facts {

namespace {

using named_comparison = std::pair<std::string_view, comparison>;

constexpr std::array<named_comparison, 15> comparisons{{
    {"eq", comparison::eq},
    {"ne", comparison::ne},
    {"in", comparison::any_of},
    {"nin", comparison::none_of},
    {"lt", comparison::lt},
    {"lte", comparison::lte},
    {"gt", comparison::gt},
    {"gte", comparison::gte},
    {"contains", comparison::contains},
    {"starts_with", comparison::starts_with},
    {"ends_with", comparison::ends_with},
    {"is_true", comparison::is_true},
    {"is_false", comparison::is_false},
    {"exists", comparison::exists},
    {"missing", comparison::missing},
}};

std::optional<comparison> comparison_of(std::string_view name) {
    const auto* found = std::ranges::find(comparisons, name, &named_comparison::first);
    return found == comparisons.end() ? std::nullopt : std::optional{found->second};
}

std::vector<std::string> path_of(std::string_view text) {
    std::vector<std::string> path;
    for (std::size_t from = 0; from <= text.size();) {
        const auto dot = std::min(text.find('.', from), text.size());
        path.push_back(domain::snake_case(text.substr(from, dot - from)));
        from = dot + 1;
    }
    return path;
}

operand operand_of(const json::value& value) {
    operand operand;
    operand.kind = value.kind;
    operand.boolean = value.boolean;
    if (value.is(json::kind::string)) {
        operand.text = value.text;
    } else if (value.is(json::kind::number)) {
        operand.number = value.as_double().value_or(0);
    }
    return operand;
}

std::optional<property_test> test_of(const json::value& json) {
    const auto path = json.string_at("prop");
    const auto op = comparison_of(json.string_at("op").value_or(""));
    if (!path || path->empty() || !op) {
        return std::nullopt;
    }
    property_test test;
    test.path = path_of(*path);
    test.op = *op;
    const auto* value = json.find("value");
    const bool set = *op == comparison::any_of || *op == comparison::none_of;
    const bool bare = *op >= comparison::is_true;
    if (bare) {
        return test;
    }
    if (value == nullptr || set != value->is(json::kind::array)) {
        return std::nullopt;
    }
    if (set) {
        std::ranges::transform(value->items(), std::back_inserter(test.values), operand_of);
    } else {
        test.values.push_back(operand_of(*value));
    }
    return test;
}

// Under either spelling, of both the one written last.
const json::value* member(const json::value& value, std::string_view snake_name) {
    return value.find_last([snake_name](std::string_view name) {
        return domain::is_spelling_of(name, snake_name);
    });
}

// Null where there is nothing, or a null.
const json::value* follow(const json::value& value, const std::vector<std::string>& path) {
    const auto* found = &value;
    for (const auto& name : path) {
        found = member(*found, name);
        if (found == nullptr) {
            return nullptr;
        }
    }
    return found->is(json::kind::null) ? nullptr : found;
}

bool equal(const json::value& left, const operand& right) {
    if (left.kind != right.kind) {
        return false;
    }
    switch (right.kind) {
        case json::kind::string:
            return left.text == right.text;
        case json::kind::number:
            return left.as_double() == right.number;
        case json::kind::boolean:
            return left.boolean == right.boolean;
        default:
            return false;
    }
}

bool ordered(const json::value& found, const property_test& test) {
    const auto number = found.is(json::kind::number) ? found.as_double() : std::nullopt;
    if (!number || test.values.front().kind != json::kind::number) {
        return false;
    }
    const double bound = test.values.front().number;
    switch (test.op) {
        case comparison::lt:
            return *number < bound;
        case comparison::lte:
            return *number <= bound;
        case comparison::gt:
            return *number > bound;
        default:
            return *number >= bound;
    }
}

bool alike(const json::value& found, const property_test& test) {
    if (!found.is(json::kind::string) || test.values.front().kind != json::kind::string) {
        return false;
    }
    const auto& part = test.values.front().text;
    switch (test.op) {
        case comparison::contains:
            return found.text.contains(part);
        case comparison::starts_with:
            return found.text.starts_with(part);
        default:
            return found.text.ends_with(part);
    }
}

bool holds(const property_test& test, const json::value& properties) {
    const auto* found = follow(properties, test.path);
    const auto among = [&] {
        return found != nullptr && std::ranges::any_of(test.values, [&](const operand& each) {
                   return equal(*found, each);
               });
    };
    switch (test.op) {
        case comparison::eq:
        case comparison::any_of:
            return among();
        case comparison::ne:
        case comparison::none_of:
            return !among();
        case comparison::exists:
            return found != nullptr;
        case comparison::missing:
            return found == nullptr;
        case comparison::is_true:
            return found != nullptr && found->is(json::kind::boolean) && found->boolean;
        case comparison::is_false:
            return found != nullptr && found->is(json::kind::boolean) && !found->boolean;
        case comparison::contains:
        case comparison::starts_with:
        case comparison::ends_with:
            return found != nullptr && alike(*found, test);
        default:
            return found != nullptr && ordered(*found, test);
    }
}

}  // namespace

std::optional<event_predicate> parse_event_predicate(std::string_view json) {
    const auto parsed = json::parse(json);
    const auto* events = parsed ? parsed->root().find("event") : nullptr;
    if (events == nullptr) {
        return std::nullopt;
    }
    event_predicate predicate;
    if (events->is(json::kind::string)) {
        predicate.events.emplace_back(events->text);
    }
    for (const auto& name : events->items()) {
        predicate.events.emplace_back(name.text);
    }
    if (const auto* where = parsed->root().find("where")) {
        for (const auto& one : where->items()) {
            auto test = test_of(one);
            if (!test) {
                return std::nullopt;
            }
            predicate.where.push_back(std::move(*test));
        }
    }
    if (const auto weight = parsed->root().string_at("weight")) {
        predicate.weight = path_of(*weight);
    }
    return predicate.events.empty() ? std::nullopt : std::optional{std::move(predicate)};
}

std::optional<std::int64_t> weigh(const event_predicate& predicate, const json::value& properties) {
    const auto counts = [&](const property_test& each) { return holds(each, properties); };
    if (!std::ranges::all_of(predicate.where, counts)) {
        return std::nullopt;
    }
    if (predicate.weight.empty()) {
        return 1;
    }
    constexpr std::int64_t most = 1'000'000'000;
    const auto* value = follow(properties, predicate.weight);
    const auto weight = value == nullptr ? std::nullopt : value->as_integer();
    return weight && *weight >= 0 ? std::min(*weight, most) : 1;
}

}  // namespace vf::facts
