#include "normaliser/mail/plan_mail.hpp"

#include <utility>

#include "normaliser/ingest/normalise.hpp"
#include "vf/base/assert.hpp"
#include "vf/domain/reasons.hpp"

namespace vf::normaliser {

read_notices read_mail_batch(const consumer::batch<wire::mail_event>& messages) {
    read_notices read;
    for (const auto& [index, message] : messages) {
        auto reading = read_mail(message);
        if (auto* notice = std::get_if<mail_notice>(&reading)) {
            read.notices.push_back(std::move(*notice));
            read.indices.push_back(index);
        } else if (auto* why = std::get_if<wire::set_aside_reason>(&reading)) {
            read.set_aside.push_back({index, std::move(*why)});
        } else {
            ++read.ignored;
        }
    }
    return read;
}

mail_decisions decide_mail_batch(const read_notices& read, const std::vector<mail_lookup>& found) {
    VF_ASSERT(found.size() == read.notices.size());
    mail_decisions decided;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const mail_notice& notice = read.notices[i];
        if (found[i].decided) {
            decided.to_announce.push_back(notice);
            continue;
        }
        auto match = match_mail(found[i].candidates);
        if (!match) {
            decided.set_aside.push_back({read.indices[i], reason_of(domain::reason::unmatched_mail)}
            );
            continue;
        }
        auto body = webhook_body(notice, *match);
        decided.outcomes.push_back({notice, std::move(*match), std::move(body)});
        decided.to_announce.push_back(notice);
    }
    return decided;
}

}  // namespace vf::normaliser
