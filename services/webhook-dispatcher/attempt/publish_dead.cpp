#include "webhook-dispatcher/attempt/publish_dead.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

#include "vf/crypto/digest.hpp"
#include "vf/domain/reasons.hpp"

namespace vf::webhook_dispatcher {

namespace {

constexpr std::size_t page = 200;
constexpr duration look_every = std::chrono::seconds{5};

std::string detail_of(const dead_delivery& dead) {
    if (dead.last_status) {
        return fmt::format("status {}", *dead.last_status);
    }
    return dead.last_error.value_or(std::string{});
}

struct cause {
    std::string_view reason;
    bool (*applies)(const dead_delivery&);
};

// The first that applies; the last always does.
constexpr std::array causes{
    // Whatever was tried before, the schedule was not at its end.
    cause{
        domain::reason::endpoint_disabled,
        [](const dead_delivery& dead) { return dead.last_outcome != "dead"; }
    },
    cause{
        domain::reason::endpoint_gone,
        [](const dead_delivery& dead) { return dead.last_status == 410; }
    },
    cause{domain::reason::attempts_exhausted, [](const dead_delivery&) { return true; }},
};

consumer::outbox_rows<dead_delivery> rows_of(store& deliveries) {
    return {
        [&deliveries](std::size_t most) { return deliveries.unpublished_dead(most); },
        [](const dead_delivery& dead) { return wire::encode(make_dead_letter(dead)); },
        [&deliveries](std::vector<dead_delivery> published) {
            return deliveries.mark_published(std::move(published));
        },
    };
}

}  // namespace

std::string_view cause_of(const dead_delivery& dead) {
    const auto applies = [&dead](const cause& each) { return each.applies(dead); };
    return std::ranges::find_if(causes, applies)->reason;
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

dead_letter_publisher::dead_letter_publisher(runtime::loop& events, dead_letter_dependencies deps)
    : randomness_{deps.randomness},
      outbox_{rows_of(deps.deliveries), deps.sink, deps.metrics.dead, page},
      notifier_{events.context()} {}

void dead_letter_publisher::close() {
    closing_ = true;
    notifier_.notify();
}

runtime::task<> dead_letter_publisher::run() {
    std::uint32_t failures = 0;
    for (;;) {
        const bool last = closing_;
        auto done = co_await outbox_.publish_all();
        duration wait = look_every;
        if (done) {
            failures = 0;
        } else {
            wait = retry_.delay(++failures, randomness_.fraction());
            log_.warning(
                "not published", {{"code", done.error().code}, {"detail", done.error().detail}}
            );
        }
        if (last) {
            co_return;
        }
        static_cast<void>(co_await notifier_.wait_for(wait));
    }
}

}  // namespace vf::webhook_dispatcher
