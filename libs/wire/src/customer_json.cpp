#include "vf/wire/customer_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "vf/base/assert.hpp"
#include "vf/base/time_text.hpp"
#include "vf/domain/event_names.hpp"
#include "vf/domain/limits.hpp"
#include "vf/domain/mail_address.hpp"
#include "vf/domain/placeholder.hpp"

namespace vf::wire {

namespace {

namespace limits = domain::limits;

std::unexpected<fault> refuse(std::string field, std::string message) {
    return std::unexpected(fault{std::move(field), std::move(message)});
}

// Code points: the text is valid UTF-8, the parser saw to that.
std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::size_t depth(const json::value& value) {
    std::size_t deepest = 0;
    for (const auto& item : value.items()) {
        deepest = std::max(deepest, depth(item));
    }
    for (const auto& member : value.members()) {
        deepest = std::max(deepest, depth(member));
    }
    const bool container = value.is(json::kind::object) || value.is(json::kind::array);
    return deepest + (container ? 1 : 0);
}

// A member that is there and not null.
const json::value* present(const json::value& record, std::string_view name) {
    const auto* found = record.find(name);
    return found == nullptr || found->is(json::kind::null) ? nullptr : found;
}

// The member under its camelCase or its snake_case name; of both the one written last.
const json::value* present_either(const json::value& object, std::string_view camel_case) {
    const auto snake_name = domain::snake_case(camel_case);
    const auto* found = object.find_last([&snake_name](std::string_view name) {
        return domain::is_spelling_of(name, snake_name);
    });
    return found == nullptr || found->is(json::kind::null) ? nullptr : found;
}

parsed<std::string> text_member(
    const json::value& record, std::string_view name, std::size_t characters_max
) {
    const auto* found = present(record, name);
    if (found == nullptr) {
        return refuse(std::string{name}, "required");
    }
    if (!found->is(json::kind::string)) {
        return refuse(std::string{name}, "must be a string");
    }
    if (found->text.empty()) {
        return refuse(std::string{name}, std::string{name} + " must be at least 1 character");
    }
    if (characters(found->text) > characters_max) {
        return refuse(
            std::string{name},
            std::string{name} + " must be at most " + std::to_string(characters_max) + " characters"
        );
    }
    return std::string{found->text};
}

parsed<domain::external_user_id> user_member(const json::value& record) {
    constexpr std::string_view name = "external_user_id";
    auto text = text_member(record, name, limits::external_user_id_characters);
    if (!text) {
        return std::unexpected(std::move(text.error()));
    }
    if (domain::is_placeholder(*text)) {
        return refuse(std::string{name}, "external_user_id must name a user");
    }
    return domain::external_user_id{std::move(*text)};
}

// A bag the customer fills as they like: an object within the limits, null read as absent.
parsed<const json::value*> bag_member(const json::value& record, std::string_view name) {
    const auto* found = present(record, name);
    if (found == nullptr) {
        return nullptr;
    }
    if (!found->is(json::kind::object)) {
        return refuse(std::string{name}, "must be an object");
    }
    if (found->source.size() > limits::properties_bytes) {
        return refuse(
            std::string{name},
            "must be at most " + std::to_string(limits::properties_bytes) + " bytes"
        );
    }
    if (depth(*found) > limits::properties_depth) {
        return refuse(
            std::string{name},
            "must be nested at most " + std::to_string(limits::properties_depth) + " deep"
        );
    }
    return found;
}

parsed<std::optional<instant>> timestamp_member(const json::value& record, instant now) {
    const auto* found = present(record, "timestamp");
    if (found == nullptr) {
        return std::nullopt;
    }
    if (!found->is(json::kind::string)) {
        return refuse("timestamp", "must be an ISO 8601 string");
    }
    const auto timestamp = parse_instant(found->text);
    if (!timestamp) {
        return refuse("timestamp", "Invalid timestamp");
    }
    if (*timestamp > now + limits::timestamp_ahead) {
        return refuse("timestamp", "must not be more than 24 hours ahead");
    }
    return *timestamp;
}

parsed<std::optional<std::string>> email_of(const json::value& record, const json::value* traits) {
    const auto* found = present(record, "email");
    std::string field = "email";
    if (found == nullptr && traits != nullptr) {
        found = present(*traits, "email");
        field = "traits.email";
    }
    if (found == nullptr) {
        return std::nullopt;
    }
    if (!found->is(json::kind::string)) {
        return refuse(field, "must be a string");
    }
    if (!domain::is_mail_address(found->text)) {
        return refuse(field, "Invalid email");
    }
    return std::string{found->text};
}

bool has_type(const json::value& value, domain::property_type type) {
    switch (type) {
        case domain::property_type::string:
            return value.is(json::kind::string);
        case domain::property_type::number:
            return value.is(json::kind::number);
        case domain::property_type::boolean:
            return value.is(json::kind::boolean);
        case domain::property_type::time:
            return value.is(json::kind::string) && parse_instant_or_date(value.text).has_value();
    }
    return false;
}

std::string_view name_of(domain::property_type type) {
    switch (type) {
        case domain::property_type::string:
            return "must be a string";
        case domain::property_type::number:
            return "must be a number";
        case domain::property_type::boolean:
            return "must be true or false";
        case domain::property_type::time:
            return "must be an ISO 8601 time or date";
    }
    return {};
}

std::optional<fault> canonical_fault(
    std::string_view event, const json::value* properties, strictness how
) {
    const auto* canonical = domain::find_canonical(event);
    if (canonical == nullptr) {
        return std::nullopt;
    }
    for (const auto& rule : canonical->properties) {
        const auto* found =
            properties == nullptr ? nullptr : present_either(*properties, rule.name);
        std::string field = "properties." + std::string{rule.name};
        if (found == nullptr && rule.required) {
            return fault{std::move(field), "required"};
        }
        if (found != nullptr && how == strictness::whole && !has_type(*found, rule.type)) {
            return fault{std::move(field), std::string{name_of(rule.type)}};
        }
    }
    return std::nullopt;
}

}  // namespace

fault fault_of(const json::parse_fault& why) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> messages{{
        {"invalid_utf8", "must be UTF-8"},
        {"lone_surrogate", "must not hold half of a surrogate pair"},
        {"nul_character", "must not hold a NUL character"},
        {"duplicate_key", "must not stand twice"},
        {"too_deep", "is nested too deep"},
        {"too_large", "holds too many values"},
        {"invalid_json", "is not JSON"},
    }};
    if (why.code == "number_out_of_range") {
        return {
            why.path,
            fmt::format(
                "must be a number of at most {} characters, an exponent of at most {}, and within "
                "the range of a double",
                limits::number_characters, limits::number_exponent
            )
        };
    }
    const auto* const found =
        std::ranges::find(messages, why.code, &decltype(messages)::value_type::first);
    VF_ASSERT(found != messages.end());
    return {why.path, std::string{found->second}};
}

parsed<domain::identify> parse_identify(const json::value& record, instant now) {
    if (!record.is(json::kind::object)) {
        return refuse("", "must be an object");
    }
    auto user = user_member(record);
    if (!user) {
        return std::unexpected(user.error());
    }
    const auto traits = bag_member(record, "traits");
    if (!traits) {
        return std::unexpected(traits.error());
    }
    auto email = email_of(record, *traits);
    if (!email) {
        return std::unexpected(email.error());
    }
    const auto timestamp = timestamp_member(record, now);
    if (!timestamp) {
        return std::unexpected(timestamp.error());
    }
    domain::identify change;
    change.user = std::move(*user);
    change.email = std::move(*email);
    change.timestamp = *timestamp;
    if (*traits != nullptr) {
        for (const auto& member : (*traits)->members()) {
            if (member.name != "email") {
                change.traits.push_back({std::string{member.name}, std::string{member.source}});
            }
        }
    }
    return change;
}

parsed<domain::track> parse_track(const json::value& record, instant now, strictness how) {
    if (!record.is(json::kind::object)) {
        return refuse("", "must be an object");
    }
    auto user = user_member(record);
    if (!user) {
        return std::unexpected(user.error());
    }
    auto name = text_member(record, "name", limits::event_name_characters);
    if (!name) {
        return std::unexpected(name.error());
    }
    if (domain::is_reserved_name(*name)) {
        return refuse(
            "name", "is reserved: names must not start with $, vf_, vibefollow_ or email."
        );
    }
    const auto properties = bag_member(record, "properties");
    if (!properties) {
        return std::unexpected(properties.error());
    }
    if (auto wrong = canonical_fault(*name, *properties, how)) {
        return std::unexpected(std::move(*wrong));
    }
    const auto timestamp = timestamp_member(record, now);
    if (!timestamp) {
        return std::unexpected(timestamp.error());
    }
    domain::track event;
    event.user = std::move(*user);
    event.name = std::move(*name);
    event.properties = *properties == nullptr ? "{}" : std::string{(*properties)->source};
    event.timestamp = *timestamp;
    return event;
}

}  // namespace vf::wire
