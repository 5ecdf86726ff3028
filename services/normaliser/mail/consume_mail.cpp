#include "normaliser/mail/consume_mail.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "normaliser/mail/plan_mail.hpp"

namespace vf::normaliser {

namespace {

wire::record announcement(const mail_notice& notice, stored_mail stored) {
    wire::webhook_event event;
    event.project = notice.project;
    event.id = notice.id;
    event.type = std::move(stored.type);
    event.body = std::move(stored.body);
    event.created_at = stored.received_at;
    return wire::encode(event, stored.user);
}

}  // namespace

runtime::task<result<consumer::outcome>> consume_mail::process(
    consumer::batch<wire::mail_event> messages
) {
    auto read = read_mail_batch(messages);
    consumer::outcome processed;
    mail_decisions decided;
    if (!read.notices.empty()) {
        auto found = co_await store_.find_mail(read.notices);
        if (!found) {
            co_return forward(found);
        }
        decided = decide_mail_batch(read, *found);
    }
    if (!decided.to_announce.empty()) {
        auto stored = co_await store_.store_mail(std::move(decided.outcomes), decided.to_announce);
        if (!stored) {
            co_return forward(stored);
        }
        for (std::size_t i = 0; i < decided.to_announce.size(); ++i) {
            processed.outputs.push_back(
                announcement(decided.to_announce[i], std::move((*stored)[i]))
            );
        }
    }
    metrics_.mail_announced.increment(static_cast<double>(decided.to_announce.size()));
    metrics_.mail_ignored.increment(static_cast<double>(read.ignored));
    processed.set_aside = std::move(read.set_aside);
    std::ranges::move(decided.set_aside, std::back_inserter(processed.set_aside));
    co_return processed;
}

}  // namespace vf::normaliser
