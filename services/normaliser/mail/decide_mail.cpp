#include "normaliser/mail/decide_mail.hpp"

#include <expected>
#include <utility>
#include <variant>

#include "normaliser/mail/change_address.hpp"
#include "normaliser/mail/outcome_types.hpp"
#include "normaliser/mail/webhook_body.hpp"
#include "normaliser/users/mail_address.hpp"
#include "vf/base/assert.hpp"
#include "vf/domain/reasons.hpp"
#include "vf/json/writer.hpp"

namespace vf::normaliser {

namespace {

class mail_fold {
public:
    mail_fold(
        const std::vector<mail_notice>& notices, const std::vector<mail_lookup>& found,
        mail_state state, const mail_policy& policy
    )
        : notices_{notices}, found_{found}, policy_{policy} {
        done_.after = std::move(state);
        done_.standing.resize(notices.size());
        done_.refused.resize(notices.size());
    }

    mail_decisions run() && {
        for (std::size_t index = 0; index < notices_.size(); ++index) {
            settle(index);
        }
        return std::move(done_);
    }

private:
    // A notice under way.
    struct input {
        const mail_notice& notice;
        bounce_history history{};
    };

    void settle(std::size_t index) {
        const auto& notice = notices_[index];
        std::vector<domain::event_id> ids;
        for (const auto type : outcome_types(notice)) {
            ids.push_back(outcome_id(notice, type));
        }
        if (!ids.empty() && is_decided(index, ids.front())) {
            done_.standing[index] = std::move(ids);
            return;
        }
        const input one{notice, change_address(done_, notice, policy_)};
        const auto match = find(index);
        if (!match) {
            if (!ids.empty()) {
                done_.refused[index] = match.error();
            }
            return;
        }
        learn(notice, *match);
        std::visit([&](const auto& fact) { decide(one, *match, fact); }, notice.fact);
        if (!ids.empty()) {
            decided_.insert(key_of(notice, ids.front()));
        }
        done_.standing[index] = std::move(ids);
    }

    static std::string key_of(const mail_notice& notice, const domain::event_id& id) {
        return notice.project.text + ' ' + id.text;
    }

    [[nodiscard]] bool is_decided(std::size_t index, const domain::event_id& id) const {
        return found_[index].decided.contains(id.text) ||
               decided_.contains(key_of(notices_[index], id));
    }

    [[nodiscard]] std::expected<mail_match, std::string_view> find(std::size_t index) const {
        auto match = match_mail(notices_[index], found_[index].candidates);
        // Whose row is gone since was erased.
        if (match && !done_.after.present.contains(match->whose.user_id)) {
            return std::unexpected(domain::reason::unmatched_mail);
        }
        return match;
    }

    void learn(const mail_notice& notice, const mail_match& match) {
        if (match.by == "draft" && match.draft && !notice.message_id.empty()) {
            done_.messages.push_back(
                {notice.project, notice.message_id, *match.draft, match.whose.user_id,
                 notice.received_at}
            );
        }
    }

    void decide(const input& one, const mail_match& match, const mail_opened&) {
        record(one, match, webhook_type::opened, opened_body(one.notice, match));
    }

    void decide(const input& one, const mail_match& match, const mail_clicked& clicked) {
        record(one, match, webhook_type::clicked, clicked_body(one.notice, match, clicked));
    }

    void decide(const input&, const mail_match&, const mail_delivered&) {}

    void decide(const input& one, const mail_match& match, const mail_bounced& bounced) {
        if (bounced.type.means == bounce_class::none) {
            return;
        }
        if (bounced.type.means == bounce_class::unsubscribe) {
            unsubscribe(one, match, one.notice.address, "reply_request");
            return;
        }
        if (bounced.type.means == bounce_class::complaint) {
            user_of(match).permission.complained = true;
        }
        const bool repeated = bounced.listed ? one.history.suppressed : one.history.listed;
        record(
            one, match, webhook_type::bounced,
            repeated ? std::string{} : bounced_body(one.notice, match, bounced)
        );
    }

    void decide(const input& one, const mail_match& match, const list_changed& list) {
        if (list.suppressed && list.by_recipient) {
            unsubscribe(one, match, one.notice.address, "one_click");
        } else {
            record(one, match, outcome_types(one.notice).front(), {});
        }
    }

    void decide(const input& one, const mail_match& match, const mail_replied& reply) {
        record(one, match, webhook_type::replied, replied_body(one.notice, match, reply));
        auto& user = user_of(match);
        if (reply.tone == mail::tone::negative) {
            user.permission.paused = true;
            user.permission.paused_until.reset();
        }
        // Nobody opts out for somebody else: a colleague, or whoever it was forwarded to.
        const bool own = mail_address_key(one.notice.address) == mail_address_key(user.email);
        if (reply.tone == mail::tone::unsubscribe_request && own) {
            unsubscribe(one, match, user.email, "reply_request");
        }
    }

    void decide(const input& one, const mail_match& match, const one_click&) {
        unsubscribe(one, match, user_of(match).email, "one_click");
    }

    void decide(const input& one, const mail_match& match, const operator_decision& decision) {
        auto& permission = user_of(match).permission;
        switch (decision.action) {
            case operator_action::unsubscribe:
                unsubscribe(one, match, user_of(match).email, "manual");
                return;
            case operator_action::pause:
                permission.paused = true;
                permission.paused_until = decision.until;
                break;
            case operator_action::resume:
                permission.paused = false;
                permission.paused_until.reset();
                break;
            case operator_action::resubscribe:
                permission.opted_out = false;
                lift(done_, user_of(match), suppression_cause::unsubscribed);
                break;
        }
        record(one, match, outcome_types(one.notice).front(), {});
    }

    // Customers hear of it once, however often and in whatever way it is wished.
    void unsubscribe(
        const input& one, const mail_match& match, std::string_view address, std::string_view source
    ) {
        auto& user = user_of(match);
        const bool first = !user.permission.opted_out;
        user.permission.opted_out = true;
        if (!user.email.empty()) {
            const auto id = outcome_id(one.notice, webhook_type::unsubscribed);
            suppress(
                done_, name_of_address(one.notice.project.text, user.email),
                suppression_cause::unsubscribed, {id.text, one.notice.occurred_at}
            );
        }
        record(
            one, match, webhook_type::unsubscribed,
            first ? unsubscribed_body(one.notice, match, address, source) : std::string{}
        );
    }

    mail_user& user_of(const mail_match& match) {
        return done_.after.users.at(match.whose.user_id);
    }

    void record(
        const input& one, const mail_match& match, std::string_view type, std::string body
    ) {
        const auto& notice = one.notice;
        done_.outcomes.push_back({
            .project = notice.project,
            .id = outcome_id(notice, type),
            .type = std::string{type},
            .user_id = match.whose.user_id,
            .draft = match.draft,
            .message_id = notice.message_id,
            .body = std::move(body),
            .detail = detail_of(notice, match),
            .occurred_at = notice.occurred_at,
            .received_at = notice.received_at,
        });
    }

    static std::string detail_of(const mail_notice& notice, const mail_match& match) {
        json::writer out;
        out.begin_object().member("matched_by", match.by);
        if (const auto* decision = std::get_if<operator_decision>(&notice.fact)) {
            out.member("actor", std::string_view{decision->actor})
                .member("reason", std::string_view{decision->reason});
        }
        if (const auto* reply = std::get_if<mail_replied>(&notice.fact)) {
            out.member("from", std::string_view{notice.address})
                .member("tone", name_of(reply->tone))
                .member("tone_rule", std::string_view{reply->rule})
                .member("tone_span", std::string_view{reply->span})
                .member("tone_rules_version", std::int64_t{mail::tone_rules_version});
        }
        out.end_object();
        return std::move(out).take();
    }

    const std::vector<mail_notice>& notices_;
    const std::vector<mail_lookup>& found_;
    const mail_policy& policy_;
    mail_decisions done_;
    std::set<std::string> decided_;  // in this batch
};

}  // namespace

mail_decisions decide_mail(
    const std::vector<mail_notice>& notices, const std::vector<mail_lookup>& found,
    mail_state state, const mail_policy& policy
) {
    VF_ASSERT(found.size() == notices.size());
    return mail_fold{notices, found, std::move(state), policy}.run();
}

}  // namespace vf::normaliser
