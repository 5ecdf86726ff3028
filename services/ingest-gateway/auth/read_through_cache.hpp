// A store's answers at the price of memory: one read at a time for each key however many ask, read
// again in the background before it grows old, and the last answer served for keys already known
// while the store is away. Loop thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "ingest-gateway/auth/expiring_cache.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task_group.hpp"

namespace vf::ingest_gateway {

struct cache_dependencies {
    runtime::loop& events;
    runtime::task_group& tasks;
    const clock& now;
};

struct read_through_limits {
    cache_limits memory;
    // How long a request waits for the store when it has an old answer, and when it has none.
    vf::duration wait_known{std::chrono::milliseconds{250}};
    vf::duration wait_unknown{std::chrono::seconds{2}};
    // How long the store is left alone after it did not answer.
    vf::duration pause{std::chrono::seconds{1}};
    std::size_t reads{256};
};

template <class Value>
class read_through_cache {
public:
    using reading = runtime::task<result<std::optional<Value>>>;
    using read = std::function<reading(std::string key)>;

    read_through_cache(const cache_dependencies& deps, read from, const read_through_limits& limits)
        : deps_{deps}, read_{std::move(from)}, limits_{limits}, memory_{limits.memory} {}

    // Nothing: the store does not know it. Errors: transient/store_unavailable, when the key was
    // never known and the store does not answer.
    [[nodiscard]] reading find(std::string key) {
        const auto seen = memory_.judge(key, deps_.now.now());
        if (seen == freshness::fresh) {
            co_return memory_.value(key);
        }
        const auto done = start_reading(key);
        if (seen == freshness::ageing) {
            co_return memory_.value(key);
        }
        if (done) {
            const auto limit = seen == freshness::stale ? limits_.wait_known : limits_.wait_unknown;
            const bool ended = co_await done->wait_for(limit);
            if (!ended) {
                away_until_ = deps_.now.now() + limits_.pause;
            }
        }
        const auto after = memory_.judge(key, deps_.now.now());
        if (after == freshness::unknown) {
            co_return fail(failure::transient, "store_unavailable");
        }
        co_return memory_.value(key);
    }

private:
    using latch = std::shared_ptr<runtime::signal>;

    // The reading of this key that runs, started if need be; null when the store is left alone.
    latch start_reading(const std::string& key) {
        const auto running = running_.find(key);
        if (running != running_.end()) {
            return deps_.now.now() < away_until_ ? nullptr : running->second;
        }
        if (deps_.now.now() < away_until_ || running_.size() >= limits_.reads) {
            return nullptr;
        }
        auto done = std::make_shared<runtime::signal>(deps_.events.context());
        running_.emplace(key, done);
        deps_.tasks.spawn("read_known", keep_reading(key, done));
        return done;
    }

    runtime::task<> keep_reading(std::string key, latch done) {
        auto answered = co_await read_(key);
        if (answered) {
            memory_.put(key, std::move(*answered), deps_.now.now());
            away_until_ = instant::min();
        } else if (answered.error().is_transient()) {
            away_until_ = deps_.now.now() + limits_.pause;
        }
        running_.erase(key);
        done->raise();
    }

    cache_dependencies deps_;
    read read_;
    read_through_limits limits_;
    expiring_cache<Value> memory_;
    std::unordered_map<std::string, latch> running_;
    instant away_until_{instant::min()};
};

}  // namespace vf::ingest_gateway
