#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "normaliser/mail/read_mail.hpp"
#include "vf/base/time_text.hpp"

namespace vf::normaliser {

namespace {

std::optional<std::int64_t> number_of(std::string_view text) {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, number);
    return stop == end && problem == std::errc{} ? std::optional{number} : std::nullopt;
}

std::optional<operator_action> action_of(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, operator_action>, 4> actions{{
        {"unsubscribe", operator_action::unsubscribe},
        {"pause", operator_action::pause},
        {"resume", operator_action::resume},
        {"resubscribe", operator_action::resubscribe},
    }};
    for (const auto& [each, action] : actions) {
        if (each == name) {
            return action;
        }
    }
    return std::nullopt;
}

mail_notice notice_of(const wire::mail_event& message) {
    mail_notice notice;
    notice.project = message.project;
    notice.occurred_at = message.received_at;
    notice.received_at = message.received_at;
    return notice;
}

}  // namespace

mail_reading read_one_click(const wire::mail_event& message, const json::value& body) {
    if (body.string_at("action") != "unsubscribe") {
        return invalid_field("action", "must be unsubscribe");
    }
    const auto user_text = body.string_at("user_id").value_or("");
    const auto user = number_of(user_text);
    if (!user) {
        return invalid_field("user_id", "must be a number");
    }
    auto notice = notice_of(message);
    notice.fact = one_click{*user};
    // Each click is one, and the record of it the same whenever it is read.
    notice.identity = identity_text({"one_click", user_text, format_instant(message.received_at)});
    return notice;
}

mail_reading read_operator_decision(const wire::mail_event& message, const json::value& body) {
    const auto action = action_of(body.string_at("action").value_or(""));
    if (!action) {
        return invalid_field("action", "unknown");
    }
    operator_decision decision;
    decision.action = *action;
    decision.user.text = body.string_at("external_user_id").value_or("");
    decision.actor = body.string_at("actor").value_or("");
    decision.reason = body.string_at("reason").value_or("");
    if (decision.user.text.empty()) {
        return invalid_field("external_user_id", "required");
    }
    if (const auto until = body.string_at("until")) {
        const auto timestamp = parse_instant(*until);
        if (!timestamp) {
            return invalid_field("until", "Invalid timestamp");
        }
        decision.until = *timestamp;
    }
    const auto request = body.string_at("request_id").value_or("");
    if (request.empty()) {
        return invalid_field("request_id", "required");
    }
    auto notice = notice_of(message);
    notice.identity = identity_text({"console", request});
    notice.fact = std::move(decision);
    return notice;
}

}  // namespace vf::normaliser
