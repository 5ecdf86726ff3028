#include "normaliser/mail/change_address.hpp"

#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

#include "normaliser/mail/webhook_body.hpp"

namespace vf::normaliser {

namespace {

// Of a bounce and of what the provider keeps of it; nothing: the address may be written to.
std::optional<suppression_cause> cause_of(const mail_bounced& bounced) {
    switch (bounced.type.means) {
        case bounce_class::hard:
            return suppression_cause::bounced;
        case bounce_class::complaint:
            return suppression_cause::complained;
        case bounce_class::unsubscribe:
            return suppression_cause::unsubscribed;
        default:
            return bounced.inactive ? std::optional{suppression_cause::inactive} : std::nullopt;
    }
}

// Of the same bounce, had it been heard of by the provider's list.
std::string listed_id(const mail_notice& notice, const mail_bounced& bounced) {
    mail_notice listed;
    listed.project = notice.project;
    listed.identity = listed_identity(bounced.type.name, notice.message_id, notice.address);
    return outcome_id(listed, webhook_type::bounced).text;
}

void add_soft_bounce(
    mail_decisions& done, const address_name& address, const suppression& row,
    const mail_policy& policy
) {
    auto& bounces = done.after.soft_bounces[address];
    if (std::ranges::find(bounces, row.event_id, &soft_bounce::event_id) != bounces.end()) {
        return;
    }
    bounces.push_back({row.event_id, row.since});
    done.soft_bounces.push_back({address, bounces.back()});
    if (bounces.size() >= policy.soft_bounces) {
        suppress(done, address, suppression_cause::bounced, row);
    }
}

bounce_history bounce_address(
    mail_decisions& done, const mail_notice& notice, const mail_bounced& bounced,
    const mail_policy& policy
) {
    bounce_history history;
    const auto address = name_of_address(notice.project.text, notice.address);
    const suppression row{outcome_id(notice, webhook_type::bounced).text, notice.occurred_at};
    if (const auto cause = cause_of(bounced)) {
        const auto& causes = done.after.suppressions[address];
        if (const auto found = causes.find(*cause); found != causes.end()) {
            history = {true, found->second.event_id == listed_id(notice, bounced)};
        }
        suppress(done, address, *cause, row);
    }
    if (bounced.type.means == bounce_class::soft) {
        add_soft_bounce(done, address, row, policy);
    }
    return history;
}

void end_soft_bounces(mail_decisions& done, const mail_notice& notice) {
    const auto address = name_of_address(notice.project.text, notice.address);
    const auto until = notice.occurred_at;
    if (const auto found = done.after.soft_bounces.find(address);
        found != done.after.soft_bounces.end()) {
        std::erase_if(found->second, [until](const soft_bounce& each) {
            return each.occurred_at <= until;
        });
    }
    done.ended.push_back({address, until});
}

}  // namespace

bounce_history change_address(
    mail_decisions& done, const mail_notice& notice, const mail_policy& policy
) {
    if (notice.address.empty()) {
        return {};
    }
    if (const auto* bounced = std::get_if<mail_bounced>(&notice.fact)) {
        return bounce_address(done, notice, *bounced, policy);
    }
    const auto* list = std::get_if<list_changed>(&notice.fact);
    if (list == nullptr) {
        end_soft_bounces(done, notice);
    } else if (list->suppressed) {
        const auto type = list->by_recipient ? webhook_type::unsubscribed : webhook_type::bounced;
        suppress(
            done, name_of_address(notice.project.text, notice.address),
            list->by_recipient ? suppression_cause::unsubscribed : suppression_cause::inactive,
            {outcome_id(notice, type).text, notice.occurred_at}
        );
    }
    return {};
}

void suppress(
    mail_decisions& done, const address_name& address, suppression_cause cause,
    const suppression& row
) {
    if (done.after.suppressions[address].try_emplace(cause, row).second) {
        done.suppressions.push_back({address, cause, row});
    }
}

void lift(mail_decisions& done, const mail_user& user, suppression_cause cause) {
    if (user.email.empty()) {
        return;
    }
    const auto address = name_of_address(user.project.text, user.email);
    if (done.after.suppressions[address].erase(cause) > 0) {
        done.suppressions.push_back({address, cause, std::nullopt});
    }
}

}  // namespace vf::normaliser
