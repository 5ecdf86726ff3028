// A cache in front of a store: one read at a time for each key however many requests wait for it,
// read again in the background before the value expires, and the last value served while the store
// is away. Loop thread.
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
    cache_limits cache;
    // How long a request waits for the store when there is a stale value, and when there is none.
    vf::duration stale_wait{std::chrono::milliseconds{250}};
    vf::duration unknown_wait{std::chrono::seconds{2}};
    // How long the store is left alone after it did not answer.
    vf::duration pause{std::chrono::seconds{1}};
    // Of keys not in the cache, which anybody may guess: those in it are read again beside them.
    std::size_t unknown_reads{256};
};

template <class Value>
class read_through_cache {
public:
    using read_task = runtime::task<result<std::optional<Value>>>;
    using read_function = std::function<read_task(std::string key)>;

    read_through_cache(
        const cache_dependencies& deps, read_function read, const read_through_limits& limits
    )
        : deps_{deps}, read_{std::move(read)}, limits_{limits}, cache_{limits.cache} {}

    // Nothing: the store does not have it. Errors: transient/store_unavailable, when the cache does
    // not have it either and the store does not answer.
    [[nodiscard]] read_task find(std::string key) {
        const auto before = cache_.freshness_of(key, deps_.now.now());
        if (before == freshness::fresh) {
            co_return cache_.value(key);
        }
        const auto done = start_read(key, before == freshness::unknown);
        if (before == freshness::ageing) {
            co_return cache_.value(key);
        }
        if (done) {
            const auto limit =
                before == freshness::stale ? limits_.stale_wait : limits_.unknown_wait;
            const bool ended = co_await done->wait_for(limit);
            if (!ended) {
                paused_until_ = deps_.now.now() + limits_.pause;
            }
        }
        const auto after = cache_.freshness_of(key, deps_.now.now());
        if (after == freshness::unknown) {
            co_return fail(failure::transient, "store_unavailable");
        }
        co_return cache_.value(key);
    }

    // Null unless there is one that needs no look at the store. Until the next call.
    [[nodiscard]] const Value* find_fresh(const std::string& key) const {
        return cache_.fresh_value(key, deps_.now.now());
    }

    // As the store said at that time, before the first request.
    void restore(const std::string& key, Value value, instant read_at) {
        cache_.put(key, std::move(value), read_at);
    }

private:
    using shared_signal = std::shared_ptr<runtime::signal>;

    // The read of this key that runs, started if need be; null while reads are paused.
    shared_signal start_read(const std::string& key, bool unknown) {
        const auto running = running_.find(key);
        if (running != running_.end()) {
            return deps_.now.now() < paused_until_ ? nullptr : running->second;
        }
        const bool full = unknown && unknown_reads_ >= limits_.unknown_reads;
        if (deps_.now.now() < paused_until_ || full) {
            return nullptr;
        }
        unknown_reads_ += unknown ? 1 : 0;
        auto done = std::make_shared<runtime::signal>(deps_.events.context());
        running_.emplace(key, done);
        deps_.tasks.spawn("read_through", read_and_put(key, unknown, done));
        return done;
    }

    runtime::task<> read_and_put(std::string key, bool unknown, shared_signal done) {
        auto value = co_await read_(key);
        if (value) {
            cache_.put(key, std::move(*value), deps_.now.now());
            paused_until_ = instant::min();
        } else if (value.error().is_transient()) {
            paused_until_ = deps_.now.now() + limits_.pause;
        }
        unknown_reads_ -= unknown ? 1 : 0;
        running_.erase(key);
        done->raise();
    }

    cache_dependencies deps_;
    read_function read_;
    read_through_limits limits_;
    expiring_cache<Value> cache_;
    std::unordered_map<std::string, shared_signal> running_;
    std::size_t unknown_reads_{0};
    instant paused_until_{instant::min()};
};

}  // namespace vf::ingest_gateway
