#include "normaliser/mail/consume_mail.hpp"

#include "normaliser/ingest/normalise.hpp"
#include "normaliser/mail/plan_mail.hpp"
#include "vf/domain/reasons.hpp"

namespace vf::normaliser {

namespace {

wire::record announcement(const mail_notice& notice, standing_mail standing) {
    wire::webhook_event event;
    event.project = notice.project;
    event.id = notice.id;
    event.type = std::move(standing.type);
    event.body = std::move(standing.body);
    event.created_at = standing.received_at;
    return wire::encode(event, standing.user);
}

}  // namespace

runtime::task<result<std::vector<wire::record>>> consume_mail::settle(
    std::vector<wire::record> batch
) {
    const auto read = read_mail_batch(decode_mail(batch));
    std::vector<wire::record> outputs;
    for (const auto& [index, why] : read.aside) {
        outputs.push_back(set_aside(batch[index], why));
    }
    decided_mails decided;
    if (!read.notices.empty()) {
        auto found = co_await store_.find_mail(read.notices);
        if (!found) {
            co_return forward(found);
        }
        decided = decide_mail_batch(read, *found);
    }
    for (const auto& [index, why] : decided.aside) {
        outputs.push_back(set_aside(batch[index], why));
    }
    if (!decided.told.empty()) {
        auto standing = co_await store_.settle_mail(std::move(decided.outcomes), decided.told);
        if (!standing) {
            co_return forward(standing);
        }
        for (std::size_t i = 0; i < decided.told.size(); ++i) {
            outputs.push_back(announcement(decided.told[i], std::move((*standing)[i])));
        }
    }
    metrics_.mail_told.increment(static_cast<double>(decided.told.size()));
    metrics_.mail_quarantined.increment(
        static_cast<double>(read.aside.size() + decided.aside.size())
    );
    metrics_.deliveries_ignored.increment(static_cast<double>(read.ignored));
    co_return outputs;
}

wire::record consume_mail::refuse(const wire::record& input, const error& why) {
    return set_aside(input, reason_of(mail_stage, domain::reason::refused_by_database, why.detail));
}

wire::record consume_mail::set_aside(const wire::record& input, wire::set_aside_reason why) const {
    return wire::encode(wire::set_aside(input, std::move(why), clock_.now()));
}

}  // namespace vf::normaliser
