#include "vf/consumer/worker.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "vf/domain/reasons.hpp"
#include "vf/wire/set_aside.hpp"

namespace vf::consumer {

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

telemetry::labels labels_of(const worker_options& options) {
    return {{"consumer", std::string{options.consumer.group}}};
}

refusal refused_by_database(const error& why) {
    refusal refused;
    refused.reason.code = domain::reason::refused_by_database;
    refused.reason.detail = why.detail;
    refused.impossible = true;
    return refused;
}

}  // namespace

worker::worker(
    const worker_dependencies& dependencies, worker_options options, telemetry::registry& registry
)
    : deps_{dependencies},
      options_{std::move(options)},
      log_{options_.consumer.group},
      records_{registry.make_counter(
          "vf_consumer_records_total", "Records processed", labels_of(options_)
      )},
      set_aside_{registry.make_counter(
          "vf_consumer_set_aside_total", "Records that went to quarantine", labels_of(options_)
      )},
      retries_{registry.make_counter(
          "vf_consumer_retries_total", "Tries repeated because the environment failed",
          labels_of(options_)
      )},
      gave_up_{registry.make_counter(
          "vf_consumer_gave_up_total", "Batches left where they were because of what is our fault",
          labels_of(options_)
      )},
      batch_seconds_{registry.make_histogram(
          "vf_consumer_batch_seconds", "From a batch in hand to its offsets committed",
          telemetry::latency_buckets(), labels_of(options_)
      )} {}

runtime::task<> worker::run() {
    for (;;) {
        auto batch = co_await deps_.source.next();
        if (!batch) {
            log_.error("the source failed", {{"code", batch.error().code}});
            deps_.fault.raise();
            co_return;
        }
        if (batch->records.empty()) {
            co_return;
        }
        passed(step::received);
        oldest_ = std::ranges::min_element(batch->records, {}, &wire::record::timestamp)->timestamp;
        const auto start = std::chrono::steady_clock::now();
        const bool processed = co_await process_batch(batch->records);
        if (!processed) {
            co_return;
        }
        auto committed = co_await deps_.source.commit(*batch);
        if (committed) {
            passed(step::committed);
        } else {
            // Nothing is lost: the offsets stay where they were and the batch may come again.
            log_.warning("offsets not committed", {{"code", committed.error().code}});
        }
        records_.increment(static_cast<double>(batch->records.size()));
        batch_seconds_.observe(seconds_since(start));
        oldest_.reset();
    }
}

runtime::task<bool> worker::process_batch(std::vector<wire::record> records) {
    const std::size_t count = records.size();
    progress done;
    const bool processed = co_await process_halves(std::move(records), done);
    if (!processed) {
        co_return false;
    }
    passed(step::written);
    if (options_.stops.trips(done.impossible, count)) {
        co_return give_up(breaker::why(done.impossible, count));
    }
    if (!done.outputs.empty()) {
        const bool published = co_await publish_until_acked(std::move(done.outputs));
        if (!published) {
            co_return false;
        }
    }
    passed(step::published);
    set_aside_.increment(static_cast<double>(done.set_aside));
    co_return true;
}

// By transactions of their own rather than savepoints in one: a savepoint for every record would
// slow down every batch, and this is rare.
runtime::task<bool> worker::process_halves(std::vector<wire::record> records, progress& done) {
    std::uint32_t failures = 0;
    for (;;) {
        auto processed = co_await deps_.stage.process(records);
        if (processed) {
            std::ranges::move(processed->outputs, std::back_inserter(done.outputs));
            for (auto& refused : processed->set_aside) {
                const auto& original = records[refused.index];
                set_aside(original, std::move(refused), done);
            }
            co_return true;
        }
        if (processed.error().kind != failure::data) {
            const bool again = co_await may_retry(processed.error(), ++failures);
            if (!again) {
                co_return false;
            }
            continue;
        }
        if (records.size() > 1) {
            const auto middle = records.begin() + static_cast<std::ptrdiff_t>(records.size() / 2);
            std::vector<wire::record> first(records.begin(), middle);
            std::vector<wire::record> second(middle, records.end());
            const bool first_done = co_await process_halves(std::move(first), done);
            if (!first_done) {
                co_return false;
            }
            co_return co_await process_halves(std::move(second), done);
        }
        log_.warning("record set aside", {{"code", processed.error().code}});
        set_aside(records.front(), refused_by_database(processed.error()), done);
        co_return true;
    }
}

// What a person sends through again may be anything: it is never held against us.
void worker::set_aside(const wire::record& original, refusal refused, progress& done) const {
    refused.reason.stage = options_.consumer.stage;
    const bool replayed = original.find_header(wire::replay_header) != nullptr;
    if (refused.impossible && !replayed) {
        ++done.impossible;
    }
    ++done.set_aside;
    const auto item = wire::set_aside(original, std::move(refused.reason), deps_.clock.now());
    done.outputs.push_back(wire::encode(item));
}

runtime::task<bool> worker::publish_until_acked(std::vector<wire::record> outputs) {
    std::uint32_t failures = 0;
    for (;;) {
        auto published = co_await deps_.sink.publish(outputs);
        if (published) {
            co_return true;
        }
        // A data error here is ours: an output too large. It must not refuse the inputs.
        error why = std::move(published.error());
        if (why.kind == failure::data) {
            why.kind = failure::permanent;
        }
        const bool again = co_await may_retry(why, ++failures);
        if (!again) {
            co_return false;
        }
    }
}

runtime::task<bool> worker::may_retry(const error& why, std::uint32_t failures) {
    // A conflict is a race lost to a neighbour: the next try sees what it wrote.
    const bool worth_it = why.kind == failure::transient || why.kind == failure::conflict;
    if (!worth_it && why.kind != failure::stopped) {
        co_return give_up(why);
    }
    if (!worth_it || deps_.stop.raised()) {
        co_return false;
    }
    retries_.increment();
    log_.warning("trying again", {{"code", why.code}, {"failures", failures}});
    const auto delay = options_.retry.delay(failures, deps_.random.fraction());
    const bool stopping = co_await deps_.stop.wait_for(delay);
    co_return !stopping;
}

bool worker::give_up(const error& why) {
    log_.error("cannot go on", {{"code", why.code}, {"detail", why.detail}});
    gave_up_.increment();
    deps_.fault.raise();
    return false;
}

void worker::passed(step now) const {
    if (options_.on_step) {
        options_.on_step(now);
    }
}

}  // namespace vf::consumer
