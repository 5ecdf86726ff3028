#include "webhook-dispatcher/attempt/publish_dead.hpp"

#include <fmt/core.h>

#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

#include "vf/crypto/digest.hpp"
#include "vf/domain/reasons.hpp"

namespace vf::webhook_dispatcher {

namespace {

constexpr std::size_t at_once = 200;
constexpr duration look_every = std::chrono::seconds{5};

std::string detail_of(const dead_delivery& dead) {
    if (dead.last_status) {
        return fmt::format("status {}", *dead.last_status);
    }
    return dead.last_error.value_or(std::string{});
}

}  // namespace

std::string_view cause_of(const dead_delivery& dead) {
    if (dead.last_outcome != "dead") {
        return domain::reason::endpoint_disabled;
    }
    return dead.last_status == 410 ? domain::reason::endpoint_gone
                                   : domain::reason::attempts_exhausted;
}

wire::dead_letter make_dead_letter(const dead_delivery& dead) {
    const auto digest = crypto::sha256(fmt::format("dead-letter:{}:{}", dead.id.text, dead.run));
    return {
        .id = domain::id_from_digest(domain::prefix::dead_letter, digest),
        .project = dead.project,
        .delivery = dead.id,
        .event = dead.event,
        .endpoint = dead.endpoint,
        .cause = std::string{cause_of(dead)},
        .detail = detail_of(dead),
        .attempts = dead.attempts,
        .died_at = dead.died_at,
    };
}

void dead_letter_publisher::close() {
    closing_ = true;
    notifier_.notify();
}

runtime::task<> dead_letter_publisher::run() {
    std::uint32_t failures = 0;
    for (;;) {
        const bool last = closing_;
        auto done = co_await publish_all();
        duration wait = look_every;
        if (done) {
            failures = 0;
        } else {
            wait = retry_.delay(++failures, deps_.randomness.fraction());
            log_.warning(
                "not announced", {{"code", done.error().code}, {"detail", done.error().detail}}
            );
        }
        if (last) {
            co_return;
        }
        static_cast<void>(co_await notifier_.wait_for(wait));
    }
}

runtime::task<result<void>> dead_letter_publisher::publish_all() {
    for (;;) {
        auto found = co_await deps_.deliveries.unpublished_dead(at_once);
        if (!found) {
            co_return forward(found);
        }
        const std::size_t count = found->size();
        if (count == 0) {
            co_return result<void>{};
        }
        std::vector<wire::record> records;
        for (const dead_delivery& dead : *found) {
            records.push_back(wire::encode(make_dead_letter(dead)));
        }
        auto published = co_await deps_.sink.publish(std::move(records));
        if (!published) {
            co_return published;
        }
        auto marked = co_await deps_.deliveries.mark_published(std::move(*found));
        if (!marked) {
            co_return marked;
        }
        deps_.metrics.dead.increment(static_cast<double>(count));
        if (count < at_once) {
            co_return result<void>{};
        }
    }
}

}  // namespace vf::webhook_dispatcher
