#include "vf/consumer/worker.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <iterator>
#include <new>
#include <string>
#include <utility>

#include "narrowing.hpp"
#include "vf/domain/reasons.hpp"
#include "vf/wire/deferral.hpp"
#include "vf/wire/set_aside.hpp"

namespace vf::consumer {

namespace {

// A race lost to a neighbour is won on one of the next tries; what loses more often is no race.
constexpr std::uint32_t conflicts_max = 5;
// What takes too long together may be done in time by parts. A part gets one try: the whole had
// two.
constexpr std::uint32_t timeouts_max = 2;
// Of the environment, before a worker counts as standing still: about a second and a half.
constexpr std::uint32_t failures_unseen = 5;

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool is_timeout(const error& why) {
    return why.code == "database_timeout";
}

bool is_worth_a_try(const error& why) {
    return why.kind == failure::transient || why.kind == failure::conflict;
}

refusal refusal_of(const error& why) {
    refusal refused;
    refused.reason.code = why.code == work_threw ? domain::reason::processing_failed
                                                 : domain::reason::refused_by_database;
    refused.reason.detail = why.detail;
    return refused;
}

}  // namespace

worker::worker(
    const worker_dependencies& dependencies, worker_options options, telemetry::registry& registry
)
    : deps_{dependencies},
      options_{std::move(options)},
      log_{options_.consumer.group},
      metrics_{registry, options_.consumer.group} {}

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
        const bool settled = co_await settle(batch->records);
        if (!settled) {
            co_return;
        }
        auto committed = co_await deps_.source.commit(*batch);
        if (committed) {
            passed(step::committed);
        } else {
            // Nothing is lost: the offsets stay where they were and the batch may come again.
            log_.warning("offsets not committed", {{"code", committed.error().code}});
        }
        metrics_.records.increment(static_cast<double>(batch->records.size()));
        metrics_.batch_seconds.observe(seconds_since(start));
        oldest_.reset();
    }
}

// The batch is kept: to read on would be to skip it, and another member would meet the same.
runtime::task<bool> worker::settle(const std::vector<wire::record>& records) {
    std::uint32_t times = 0;
    for (;;) {
        auto processed = co_await process_batch(records);
        if (processed) {
            get_on();
            co_return true;
        }
        if (processed.error().kind == failure::stopped || deps_.stop.raised()) {
            co_return false;
        }
        metrics_.gave_up.increment();
        deps_.source.touch();
        const auto pause = options_.pause.delay(++times, deps_.random.fraction());
        const bool stopping = co_await deps_.stop.wait_for(pause);
        if (stopping) {
            co_return false;
        }
    }
}

runtime::task<result<void>> worker::process_batch(const std::vector<wire::record>& records) {
    const std::size_t count = records.size();
    progress done;
    auto written = co_await write(records, done);
    if (!written) {
        co_return written;
    }
    passed(step::written);
    if (options_.stops.trips(done.impossible, count)) {
        error why = breaker::why(done.impossible, count);
        stand_still(*done.first_impossible, why);
        co_return std::unexpected(std::move(why));
    }
    if (!done.outputs.empty()) {
        auto published = co_await publish_until_acked(std::move(done.outputs));
        if (!published) {
            co_return published;
        }
    }
    passed(step::published);
    metrics_.set_aside.increment(static_cast<double>(done.set_aside));
    metrics_.refused.increment(static_cast<double>(done.refused));
    metrics_.deferred.increment(static_cast<double>(done.deferred));
    co_return result<void>{};
}

// By transactions of their own rather than savepoints in one: a savepoint for every record would
// slow down every batch, and this is rare. First come the others of a batch, then the halves of
// whoever is at fault, so that nobody waits for another's. Nothing is copied of a batch that is
// taken whole.
runtime::task<result<void>> worker::write(
    const std::vector<wire::record>& records, progress& done
) {
    narrowing sets{{options_.tries_per_share, options_.time_per_share}};
    auto written = co_await write_set(records, effort{}, sets, done);
    if (written && !*written) {
        sets.refuse(records);
    }
    while (written && !sets.done()) {
        auto set = sets.take();
        if (!options_.deferral_topic.empty()) {
            defer(sets.cut(set), done);
            if (set.empty()) {
                continue;
            }
        }
        written = co_await write_set(set, effort{.part = true}, sets, done);
        if (written && !*written) {
            sets.refuse(std::move(set));
        }
    }
    if (!written) {
        co_return forward(written);
    }
    sets.report(log_);
    co_return result<void>{};
}

runtime::task<result<bool>> worker::write_set(
    const std::vector<wire::record>& set, effort spent, narrowing& sets, progress& done
) {
    auto processed = co_await process(set, spent);
    sets.charge(set, spent.time);
    if (processed) {
        sets.settle(set);
        std::ranges::move(processed->outputs, std::back_inserter(done.outputs));
        for (auto& refused : processed->set_aside) {
            const auto& original = set[refused.index];
            set_aside(original, std::move(refused), done);
        }
        co_return true;
    }
    if (processed.error().kind != failure::data) {
        co_return forward(processed);
    }
    if (set.size() > 1) {
        co_return false;
    }
    sets.settle(set);
    give_up(set.front(), processed.error(), sets, done);
    co_return true;
}

runtime::task<result<outcome>> worker::process(
    const std::vector<wire::record>& records, effort& spent
) {
    for (;;) {
        deps_.source.touch();
        const instant began = deps_.clock.now();
        auto processed = co_await process_once(records);
        const duration took = deps_.clock.now() - began;
        if (processed) {
            spent.time += took;
            if (stall_ && is_worth_a_try(stall_->why)) {
                get_on();
            }
            co_return processed;
        }
        error why = std::move(processed.error());
        ++spent.failures;
        // An outage is nobody's expense.
        if (why.kind != failure::transient || is_timeout(why)) {
            spent.time += took;
        }
        if (is_about_records(why, records, spent)) {
            why.kind = failure::data;
            co_return std::unexpected(std::move(why));
        }
        auto again = co_await try_again(why, spent.failures, records.front().source());
        if (!again) {
            co_return forward(again);
        }
    }
}

// Whether these records, or a part of them, are at fault, after so many tries of all.
bool worker::is_about_records(
    const error& why, const std::vector<wire::record>& records, const effort& spent
) const {
    if (why.kind == failure::data || why.code == work_threw) {
        return true;
    }
    if (why.kind == failure::conflict) {
        return spent.failures >= conflicts_max;
    }
    if (!is_timeout(why)) {
        return false;
    }
    if (records.size() > 1) {
        return spent.part || spent.failures >= timeouts_max;
    }
    // One alone may meet a database that is slow for all, so it is not refused in a hurry.
    return may_be_put_off(records.front()) ? spent.failures >= timeouts_max
                                           : spent.time >= options_.time_per_share;
}

bool worker::may_be_put_off(const wire::record& record) const {
    return !options_.deferral_topic.empty() && record.find_header(wire::origin_header) == nullptr;
}

// One that takes too long has another chance behind all others, and no third.
void worker::give_up(const wire::record& record, const error& why, narrowing& sets, progress& done)
    const {
    if (is_timeout(why) && may_be_put_off(record)) {
        return defer({record}, done);
    }
    sets.count_refused(record, why);
    ++done.refused;
    set_aside(record, refusal_of(why), done);
}

runtime::task<result<outcome>> worker::process_once(const std::vector<wire::record>& records) {
    try {
        auto processed = co_await deps_.stage.process(records);
        co_return processed;
    } catch (const std::bad_alloc&) {
        co_return fail(failure::transient, "out_of_memory");
    } catch (const std::exception& thrown) {
        co_return fail(failure::permanent, std::string{work_threw}, thrown.what());
    }
}

// What a person sends through again may be anything: it is never held against us.
void worker::set_aside(const wire::record& original, refusal refused, progress& done) const {
    const auto first = wire::as_first_read(original);
    refused.reason.stage = options_.consumer.stage;
    const bool replayed = first.find_header(wire::replay_header) != nullptr;
    if (refused.impossible && !replayed) {
        ++done.impossible;
        done.first_impossible = done.first_impossible.value_or(original.source());
    }
    ++done.set_aside;
    const auto item = wire::set_aside(first, std::move(refused.reason), deps_.clock.now());
    done.outputs.push_back(wire::encode(item));
}

void worker::defer(const std::vector<wire::record>& records, progress& done) const {
    for (const auto& record : records) {
        done.outputs.push_back(wire::put_back(record, options_.deferral_topic));
    }
    done.deferred += records.size();
}

runtime::task<result<void>> worker::publish_until_acked(std::vector<wire::record> outputs) {
    for (std::uint32_t failures = 1;; ++failures) {
        deps_.source.touch();
        auto published = co_await deps_.sink.publish(outputs);
        if (published) {
            co_return published;
        }
        // A data error here is ours: an output too large. It must not refuse the inputs.
        error why = std::move(published.error());
        if (why.kind == failure::data) {
            why.kind = failure::permanent;
        }
        const auto output = outputs.front().source();
        auto again = co_await try_again(why, failures, output);
        if (!again) {
            co_return again;
        }
    }
}

runtime::task<result<void>> worker::try_again(
    const error& why, std::uint32_t failures, wire::coordinates where
) {
    if (why.kind == failure::stopped || (is_worth_a_try(why) && deps_.stop.raised())) {
        co_return fail(failure::stopped, "stopping");
    }
    if (!is_worth_a_try(why)) {
        stand_still(std::move(where), why);
        co_return std::unexpected(why);
    }
    metrics_.retries.increment();
    log_.warning(
        "trying again", {{"code", why.code}, {"detail", why.detail}, {"failures", failures}}
    );
    if (failures >= failures_unseen) {
        stand_still(std::move(where), why);
    }
    const auto delay = options_.retry.delay(failures, deps_.random.fraction());
    const bool stopping = co_await deps_.stop.wait_for(delay);
    if (stopping) {
        co_return fail(failure::stopped, "stopping");
    }
    co_return result<void>{};
}

void worker::stand_still(wire::coordinates where, const error& why) {
    if (!stall_) {
        metrics_.stalled.add(1);
        log_.error(
            "standing still", {{"topic", where.topic},
                               {"partition", where.partition},
                               {"offset", where.offset},
                               {"code", why.code},
                               {"detail", why.detail}}
        );
    }
    stall_.emplace(std::move(where), why);
}

void worker::get_on() {
    if (stall_) {
        metrics_.stalled.add(-1);
        log_.info("getting on", {{"code", stall_->why.code}});
        stall_.reset();
    }
}

void worker::passed(step now) const {
    if (options_.on_step) {
        options_.on_step(now);
    }
}

}  // namespace vf::consumer
