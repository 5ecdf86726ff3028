#include "vf/consumer/shell.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace vf::consumer {

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

shell::shell(parts with, shell_options options, telemetry::registry& metrics)
    : with_{with},
      options_{std::move(options)},
      log_{options_.name},
      records_{metrics.make_counter(
          "vf_consumer_records_total", "Records settled", {{"consumer", options_.name}}
      )},
      refused_{metrics.make_counter(
          "vf_consumer_refused_total", "Records set aside because their data is impossible",
          {{"consumer", options_.name}}
      )},
      retries_{metrics.make_counter(
          "vf_consumer_retries_total", "Tries repeated because the environment failed",
          {{"consumer", options_.name}}
      )},
      gave_up_{metrics.make_counter(
          "vf_consumer_gave_up_total", "Batches left where they were because of what is our fault",
          {{"consumer", options_.name}}
      )},
      batch_seconds_{metrics.make_histogram(
          "vf_consumer_batch_seconds", "From a batch in hand to its offsets committed",
          telemetry::latency_buckets(), {{"consumer", options_.name}}
      )} {}

runtime::task<> shell::run() {
    for (;;) {
        auto batch = co_await with_.source.next();
        if (!batch) {
            log_.error("the source failed", {{"code", batch.error().code}});
            with_.fault.raise();
            co_return;
        }
        if (batch->records.empty()) {
            co_return;
        }
        at(step::received);
        oldest_ = std::ranges::min_element(batch->records, {}, &wire::record::timestamp)->timestamp;
        const auto start = std::chrono::steady_clock::now();
        const bool settled = co_await settle_all(batch->records);
        if (!settled) {
            co_return;
        }
        auto committed = co_await with_.source.commit(*batch);
        if (committed) {
            at(step::committed);
        } else {
            // Nothing is lost: the offsets stay where they were and the batch may come again.
            log_.warning("offsets not committed", {{"code", committed.error().code}});
        }
        records_.increment(static_cast<double>(batch->records.size()));
        batch_seconds_.observe(seconds_since(start));
        oldest_.reset();
    }
}

runtime::task<bool> shell::settle_all(std::vector<wire::record> records) {
    const std::size_t count = records.size();
    std::vector<wire::record> refusals;
    const bool settled = co_await settle_halves(std::move(records), refusals);
    if (!settled || refusals.empty()) {
        co_return settled;
    }
    if (options_.stops.trips(refusals.size(), count)) {
        co_return give_up(breaker::why(refusals.size(), count));
    }
    refused_.increment(static_cast<double>(refusals.size()));
    co_return co_await publish_until_acked(std::move(refusals));
}

// By transactions of their own rather than savepoints in one: a savepoint for every record would
// slow down every batch, and this is rare.
runtime::task<bool> shell::settle_halves(
    std::vector<wire::record> records, std::vector<wire::record>& refusals
) {
    std::uint32_t failures = 0;
    for (;;) {
        auto settled = co_await settle_once(records);
        if (settled) {
            co_return true;
        }
        if (settled.error().kind != failure::data) {
            const bool again = co_await may_retry(settled.error(), ++failures);
            if (!again) {
                co_return false;
            }
            continue;
        }
        if (records.size() > 1) {
            const auto middle = records.begin() + static_cast<std::ptrdiff_t>(records.size() / 2);
            std::vector<wire::record> first(records.begin(), middle);
            std::vector<wire::record> second(middle, records.end());
            const bool first_done = co_await settle_halves(std::move(first), refusals);
            if (!first_done) {
                co_return false;
            }
            co_return co_await settle_halves(std::move(second), refusals);
        }
        log_.warning("record set aside", {{"code", settled.error().code}});
        refusals.push_back(with_.settling.refuse(records.front(), settled.error()));
        co_return true;
    }
}

runtime::task<result<void>> shell::settle_once(const std::vector<wire::record>& records) {
    auto outputs = co_await with_.settling.settle(records);
    if (!outputs) {
        co_return forward(outputs);
    }
    at(step::written);
    if (!outputs->empty()) {
        auto published = co_await with_.sink.publish(std::move(*outputs));
        if (!published) {
            // A data error here is ours: an output too large. It must not refuse the inputs.
            error why = std::move(published.error());
            if (why.kind == failure::data) {
                why.kind = failure::permanent;
            }
            co_return std::unexpected(std::move(why));
        }
    }
    at(step::published);
    co_return result<void>{};
}

runtime::task<bool> shell::publish_until_acked(std::vector<wire::record> outputs) {
    std::uint32_t failures = 0;
    for (;;) {
        auto published = co_await with_.sink.publish(outputs);
        if (published) {
            at(step::published);
            co_return true;
        }
        const bool again = co_await may_retry(published.error(), ++failures);
        if (!again) {
            co_return false;
        }
    }
}

runtime::task<bool> shell::may_retry(const error& why, std::uint32_t failures) {
    // A conflict is a race lost to a neighbour: the next try sees what it wrote.
    const bool worth_it = why.kind == failure::transient || why.kind == failure::conflict;
    if (!worth_it && why.kind != failure::stopped) {
        co_return give_up(why);
    }
    if (!worth_it || with_.stop.raised()) {
        co_return false;
    }
    retries_.increment();
    log_.warning("trying again", {{"code", why.code}, {"failures", failures}});
    const auto delay = options_.retry.delay(failures, with_.randomness.fraction());
    const bool stopping = co_await with_.stop.wait_for(delay);
    co_return !stopping;
}

bool shell::give_up(const error& why) {
    log_.error("cannot go on", {{"code", why.code}, {"detail", why.detail}});
    gave_up_.increment();
    with_.fault.raise();
    return false;
}

void shell::at(step now) const {
    if (options_.on_step) {
        options_.on_step(now);
    }
}

}  // namespace vf::consumer
