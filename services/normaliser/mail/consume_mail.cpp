#include "normaliser/mail/consume_mail.hpp"

#include <cstddef>
#include <utility>
#include <vector>

#include "normaliser/ingest/normalise.hpp"
#include "normaliser/mail/outcome_types.hpp"
#include "normaliser/mail/read_mail.hpp"

namespace vf::normaliser {

namespace {

struct read_batch {
    std::vector<mail_notice> notices;
    std::vector<std::size_t> indices;  // of the record each notice came in
    std::vector<consumer::refusal> set_aside;
    std::vector<ignored_mail> ignored;
};

read_batch read_messages(
    const consumer::batch<wire::mail_event>& messages, const mail::link_keys& keys
) {
    read_batch read;
    for (const auto& [index, message] : messages) {
        auto reading = read_mail(message, keys);
        if (auto* notice = std::get_if<mail_notice>(&reading)) {
            read.notices.push_back(std::move(*notice));
            read.indices.push_back(index);
        } else if (auto* why = std::get_if<wire::set_aside_reason>(&reading)) {
            read.set_aside.push_back({index, std::move(*why)});
        } else {
            read.ignored.push_back(std::get<ignored_mail>(reading));
        }
    }
    return read;
}

// Of what changes no more than its address; empty: of nothing.
std::string_view ignored_kind(const mail_notice& notice) {
    if (!outcome_types(notice).empty()) {
        return {};
    }
    return std::holds_alternative<mail_bounced>(notice.fact) ? "Bounce" : "Delivery";
}

wire::record announcement(const domain::project_id& project, stored_mail stored) {
    wire::webhook_event event;
    event.project = project;
    event.id = std::move(stored.id);
    event.type = std::move(stored.type);
    event.body = std::move(stored.body);
    event.created_at = stored.received_at;
    return wire::encode(event, stored.user);
}

}  // namespace

runtime::task<result<consumer::outcome>> consume_mail::process(
    consumer::batch<wire::mail_event> messages
) {
    auto read = read_messages(messages, keys_);
    consumer::outcome processed;
    processed.set_aside = std::move(read.set_aside);
    for (const auto& ignored : read.ignored) {
        metrics_.count_ignored(ignored.kind);
    }
    if (read.notices.empty()) {
        co_return processed;
    }
    auto settled = co_await store_.settle_mail(read.notices, policy_, now_.now());
    if (!settled) {
        co_return forward(settled);
    }
    for (std::size_t i = 0; i < read.notices.size(); ++i) {
        auto& one = (*settled)[i];
        if (one.refused) {
            processed.set_aside.push_back({read.indices[i], reason_of(*one.refused)});
        }
        for (auto& stored : one.announced) {
            processed.outputs.push_back(announcement(read.notices[i].project, std::move(stored)));
        }
        if (const auto kind = ignored_kind(read.notices[i]); !kind.empty()) {
            metrics_.count_ignored(kind);
        }
    }
    metrics_.mail_announced.increment(static_cast<double>(processed.outputs.size()));
    co_return processed;
}

}  // namespace vf::normaliser
