#include "normaliser/mail/outcome_types.hpp"

#include <variant>

#include "normaliser/mail/webhook_body.hpp"

namespace vf::normaliser {

namespace {

// What is recorded and not told to anybody.
constexpr std::string_view suppressed_type = "mail.suppressed";
constexpr std::string_view resubscription_type = "mail.resubscription";

std::string_view type_of(operator_action action) {
    switch (action) {
        case operator_action::unsubscribe:
            return webhook_type::unsubscribed;
        case operator_action::pause:
            return "user.paused";
        case operator_action::resume:
            return "user.resumed";
        case operator_action::resubscribe:
            return "user.resubscribed";
    }
    return {};
}

template <class... Functions>
struct overloaded : Functions... {
    using Functions::operator()...;
};

}  // namespace

std::vector<std::string_view> outcome_types(const mail_notice& notice) {
    using types = std::vector<std::string_view>;
    return std::visit(
        overloaded{
            [](const mail_opened&) { return types{webhook_type::opened}; },
            [](const mail_clicked&) { return types{webhook_type::clicked}; },
            [](const mail_delivered&) { return types{}; },
            [](const mail_bounced& bounced) {
                switch (bounced.type.means) {
                    case bounce_class::none:
                        return types{};
                    case bounce_class::unsubscribe:
                        return types{webhook_type::unsubscribed};
                    default:
                        return types{webhook_type::bounced};
                }
            },
            [](const list_changed& list) {
                if (!list.suppressed) {
                    return types{resubscription_type};
                }
                return types{list.by_recipient ? webhook_type::unsubscribed : suppressed_type};
            },
            [](const mail_replied&) {
                return types{webhook_type::replied, webhook_type::unsubscribed};
            },
            [](const one_click&) { return types{webhook_type::unsubscribed}; },
            [](const operator_decision& decision) { return types{type_of(decision.action)}; },
        },
        notice.fact
    );
}

bool changes_permission(const mail_notice& notice) {
    return !std::holds_alternative<mail_opened>(notice.fact) &&
           !std::holds_alternative<mail_clicked>(notice.fact) &&
           !std::holds_alternative<mail_delivered>(notice.fact);
}

std::vector<std::string> messages_of(const mail_notice& notice) {
    if (const auto* reply = std::get_if<mail_replied>(&notice.fact)) {
        return reply->references;
    }
    if (notice.message_id.empty()) {
        return {};
    }
    return {notice.message_id};
}

}  // namespace vf::normaliser
