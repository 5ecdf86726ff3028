#include "normaliser/mail/plan_mail.hpp"

#include <utility>

#include "normaliser/ingest/normalise.hpp"
#include "vf/base/assert.hpp"
#include "vf/domain/reasons.hpp"

namespace vf::normaliser {

read_mails read_mail_batch(const std::vector<decoded_mail>& decoded) {
    read_mails batch;
    for (std::size_t i = 0; i < decoded.size(); ++i) {
        if (!decoded[i]) {
            batch.aside.emplace_back(i, decoded[i].error());
            continue;
        }
        auto reading = read_mail(*decoded[i]);
        if (auto* notice = std::get_if<mail_notice>(&reading)) {
            batch.notices.push_back(std::move(*notice));
            batch.from.push_back(i);
        } else if (auto* why = std::get_if<wire::set_aside_reason>(&reading)) {
            batch.aside.emplace_back(i, std::move(*why));
        } else {
            ++batch.ignored;
        }
    }
    return batch;
}

decided_mails decide_mail_batch(const read_mails& read, const std::vector<mail_finding>& found) {
    VF_ASSERT(found.size() == read.notices.size());
    decided_mails decided;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const mail_notice& notice = read.notices[i];
        if (found[i].settled) {
            decided.told.push_back(notice);
            continue;
        }
        auto match = match_mail(found[i].candidates);
        if (!match) {
            auto why = reason_of(mail_stage, domain::reason::unmatched_mail);
            decided.aside.emplace_back(read.from[i], std::move(why));
            continue;
        }
        auto body = webhook_body(notice, *match);
        decided.outcomes.push_back({notice, std::move(*match), std::move(body)});
        decided.told.push_back(notice);
    }
    return decided;
}

}  // namespace vf::normaliser
