// At every interval all that is due is evaluated, slice by slice, and what fired is published.
// Replicas share the work by skipping each other's locks. Loop thread.
//
// Somebody over whom a slice fails keeps nobody waiting: the slice is narrowed down to that user,
// who from then on is evaluated alone, after a delay that doubles each time until it goes well.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "trigger-evaluator/metrics.hpp"
#include "trigger-evaluator/store.hpp"
#include "trigger-evaluator/tick/publish_fired.hpp"
#include "vf/base/backoff.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::trigger_evaluator {

struct tick_options {
    duration interval{std::chrono::seconds{60}};
    std::size_t slice{500};
    backoff retry{std::chrono::milliseconds{100}, std::chrono::seconds{5}};
    // Of a user over whom the evaluation fails.
    backoff put_off{std::chrono::minutes{1}, std::chrono::hours{6}};
    // Whoever does not fit is put off the first time, and narrowed down to again.
    std::size_t apart_max{1'000};
    // Of a tick, before the others have their turn; whoever is begun by then is finished.
    duration apart_time{std::chrono::seconds{5}};
};

// What a ticker works with, all owned by app and outliving it.
struct tick_dependencies {
    store& users;
    fired_outbox& fires;
    const vf::clock& time;
    random& randomness;
    runtime::signal& stop;
    const metrics& metrics;
};

class ticker {
public:
    ticker(tick_dependencies deps, tick_options options) : deps_{deps}, options_{options} {}

    // Until stop is raised. A tick that meets an error is tried again sooner than the next one.
    [[nodiscard]] runtime::task<> run();

    // One tick. Errors: those of the store and of the sink.
    [[nodiscard]] runtime::task<result<void>> tick();

    // The last tick ended well.
    [[nodiscard]] bool healthy() const { return healthy_; }

private:
    // A user who is evaluated alone, from when on, and how often that failed.
    struct apart {
        std::uint32_t failures{0};
        instant due_at;
    };

    [[nodiscard]] runtime::task<result<void>> evaluate_due();
    [[nodiscard]] runtime::task<result<void>> evaluate_apart();
    [[nodiscard]] runtime::task<result<slice>> evaluate_first();
    [[nodiscard]] std::vector<std::int64_t> users_apart() const;
    [[nodiscard]] duration delay_of(std::uint32_t failures);
    void set_apart(const slice& done, std::uint32_t failures, duration put_off);
    void note(const backlog& seen);
    void note(const slice& done);

    tick_dependencies deps_;
    tick_options options_;
    telemetry::logger log_{"tick"};
    bool healthy_{false};
    // Of this process: another replica, or the next start, narrows down by itself.
    std::map<std::int64_t, apart> apart_;
    // When marks of changed users were first seen that are still not all worked off.
    std::optional<instant> marked_since_;
    // Rules already complained of, by version.
    std::set<std::pair<std::string, std::int64_t>> logged_faults_;
};

}  // namespace vf::trigger_evaluator
