#include "ingest-gateway/api/accept.hpp"

#include <utility>

#include "vf/wire/topics.hpp"

namespace vf::ingest_gateway {

namespace {

// A backlog is read at thousands a second: it is not worth asking again at once.
constexpr std::size_t backlog_retry_seconds = 5;

refusal refusal_of(const error& why) {
    switch (why.kind) {
        case failure::transient:
        case failure::stopped:
            return refuse(reply_code::unavailable, "try again");
        case failure::data:
            return refuse(reply_code::payload_too_large, "a record is too large");
        case failure::conflict:
        case failure::permanent:
            break;
    }
    return refuse(reply_code::server_error, "the request failed");
}

refusal budget_exhausted() {
    return refuse(reply_code::unavailable, "too much in flight, try again");
}

refusal broker_away() {
    return refuse(reply_code::unavailable, "nothing can be taken at the moment, try again");
}

refusal key_reused() {
    return refuse(
        reply_code::idempotency_key_reuse,
        "this key was used with another body in the last 24 hours", "Idempotency-Key"
    );
}

refusal backlog_full() {
    auto why =
        refuse(reply_code::backfill_queue_full, "too many records of this project wait already");
    why.retry_after_seconds = backlog_retry_seconds;
    return why;
}

acceptance acceptance_of(planned_write& write) {
    return {write.content.records.size(), std::move(write.content.rejected)};
}

}  // namespace

std::optional<refusal> acceptor::refuse_early() const {
    if (deps_.health.failing() || deps_.budget.stalled(deps_.now.now())) {
        return broker_away();
    }
    return std::nullopt;
}

runtime::task<outcome> acceptor::accept_write(planned_write write) {
    if (write.content.records.empty()) {
        co_return acceptance_of(write);
    }
    if (write.backfill && deps_.quotas.backlog_full(write.project.text)) {
        co_return std::unexpected(backlog_full());
    }
    if (auto early = refuse_early()) {
        co_return std::unexpected(std::move(*early));
    }
    const load load{write.content.records.size(), write.bytes};
    const auto permit = deps_.budget.admit(write.project.text, load, deps_.now.now());
    if (!permit) {
        co_return std::unexpected(budget_exhausted());
    }
    auto acceptance = co_await claim_and_publish(write);
    if (acceptance) {
        *acceptance = acceptance_of(write);
    }
    co_return acceptance;
}

runtime::task<outcome> acceptor::claim_and_publish(const planned_write& write) {
    bool claimed = true;
    auto received_at = deps_.now.now();
    if (write.claim) {
        const auto [verdict, claimed_at] = co_await deps_.claims.claim(*write.claim);
        if (verdict == claim_verdict::conflict) {
            co_return std::unexpected(key_reused());
        }
        if (verdict == claim_verdict::answered) {
            co_return acceptance{};
        }
        claimed = verdict == claim_verdict::held;
        if (claimed) {
            received_at = claimed_at;
        } else {
            deps_.metrics.unverified.increment();
        }
    }
    const bool backfill = goes_to_backfill(write);
    const publish_options options{
        backfill ? wire::topic::ingest_backfill : wire::topic::ingest, claimed, received_at
    };
    auto records = records_of(write, options, deps_.randomness);
    auto published = co_await publish(std::move(records));
    if (!published) {
        co_return std::unexpected(std::move(published.error()));
    }
    if (write.claim && claimed) {
        deps_.claims.acknowledged(*write.claim);
    }
    if (backfill) {
        deps_.quotas.add_backlog(write.project.text, write.content.records.size());
    }
    co_return acceptance{};
}

runtime::task<outcome> acceptor::accept_mail(domain::project_id project, wire::record record) {
    if (auto early = refuse_early()) {
        co_return std::unexpected(std::move(*early));
    }
    const load load{1, record.value.size()};
    const bool large = record.topic == wire::topic::mail_large;
    std::vector<wire::record> records;
    records.push_back(std::move(record));
    if (large) {
        co_return co_await publish_large(std::move(records));
    }
    const auto permit = deps_.budget.admit(project.text, load, deps_.now.now());
    if (!permit) {
        co_return std::unexpected(budget_exhausted());
    }
    auto published = co_await publish(std::move(records));
    if (!published) {
        co_return std::unexpected(std::move(published.error()));
    }
    co_return acceptance{load.records, {}};
}

// It may take seconds, or fail for want of time, where everything else is well: neither says
// anything of the broker that others would have to go by.
runtime::task<outcome> acceptor::publish_large(std::vector<wire::record> records) {
    const auto published = co_await deps_.large_sink.publish(std::move(records));
    if (published) {
        co_return acceptance{1, {}};
    }
    const error& why = published.error();
    log_.warning("a large mail was not taken", {{"code", why.code}, {"detail", why.detail}});
    co_return std::unexpected(refusal_of(why));
}

runtime::task<std::expected<void, refusal>> acceptor::publish(std::vector<wire::record> records) {
    const auto sent = deps_.health.sending();
    const auto published = co_await deps_.sink.publish(std::move(records));
    deps_.health.note(published, sent);
    if (published) {
        deps_.budget.acknowledged(deps_.now.now());
        co_return std::expected<void, refusal>{};
    }
    const error& why = published.error();
    if (why.kind == failure::permanent || why.kind == failure::conflict) {
        log_.error("publish failed", {{"code", why.code}, {"detail", why.detail}});
    }
    co_return std::unexpected(refusal_of(why));
}

bool acceptor::goes_to_backfill(const planned_write& write) {
    return write.backfill ||
           deps_.quotas.flooding(write.project.text, write.content.records.size(), deps_.now.now());
}

}  // namespace vf::ingest_gateway
