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

refusal too_much_in_flight() {
    return refuse(reply_code::unavailable, "too much in flight, try again");
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
    return {write.what.records.size(), std::move(write.what.rejected)};
}

}  // namespace

runtime::task<outcome> accept::take(planned_write write) {
    if (write.what.records.empty()) {
        co_return acceptance_of(write);
    }
    if (write.backfill && parts_.shared.backlog_full(write.project.text)) {
        co_return std::unexpected(backlog_full());
    }
    const load asked{write.what.records.size(), write.bytes};
    const auto ticket = parts_.budget.admit(write.project.text, asked, parts_.now.now());
    if (!ticket) {
        co_return std::unexpected(too_much_in_flight());
    }
    auto came_to = co_await claim_and_publish(write);
    parts_.budget.release(*ticket);
    if (came_to) {
        *came_to = acceptance_of(write);
    }
    co_return came_to;
}

runtime::task<outcome> accept::claim_and_publish(const planned_write& write) {
    bool settled = true;
    if (write.claim) {
        const auto verdict = co_await parts_.claims.claim(*write.claim);
        if (verdict == claim_verdict::conflict) {
            co_return std::unexpected(key_reused());
        }
        if (verdict == claim_verdict::answered) {
            co_return acceptance{};
        }
        settled = verdict == claim_verdict::held;
        if (!settled) {
            parts_.counted.unsettled.increment();
        }
    }
    const bool behind = goes_to_backfill(write);
    const publishing how{
        behind ? wire::topic::ingest_backfill : wire::topic::ingest, settled, parts_.now.now()
    };
    auto records = records_of(write, how, parts_.randomness);
    auto published = co_await publish(std::move(records));
    if (!published) {
        co_return std::unexpected(std::move(published.error()));
    }
    if (write.claim && settled) {
        parts_.claims.acknowledged(*write.claim);
    }
    if (behind) {
        parts_.shared.queued(write.project.text, write.what.records.size());
    }
    co_return acceptance{};
}

runtime::task<outcome> accept::take_mail(
    domain::project_id project, std::vector<wire::record> records
) {
    load asked{records.size(), 0};
    for (const auto& record : records) {
        asked.bytes += record.value.size();
    }
    const auto ticket = parts_.budget.admit(project.text, asked, parts_.now.now());
    if (!ticket) {
        co_return std::unexpected(too_much_in_flight());
    }
    auto published = co_await publish(std::move(records));
    parts_.budget.release(*ticket);
    if (!published) {
        co_return std::unexpected(std::move(published.error()));
    }
    co_return acceptance{asked.records, {}};
}

runtime::task<std::expected<void, refusal>> accept::publish(std::vector<wire::record> records) {
    const auto published = co_await parts_.sink.publish(std::move(records));
    parts_.budget.heard(published || !published.error().is_transient());
    if (published) {
        co_return std::expected<void, refusal>{};
    }
    const error& why = published.error();
    if (why.kind == failure::permanent || why.kind == failure::conflict) {
        log_.error("publish failed", {{"code", why.code}, {"detail", why.detail}});
    }
    co_return std::unexpected(refusal_of(why));
}

bool accept::goes_to_backfill(const planned_write& write) {
    return write.backfill ||
           parts_.shared.flooding(write.project.text, write.what.records.size(), parts_.now.now());
}

}  // namespace vf::ingest_gateway
