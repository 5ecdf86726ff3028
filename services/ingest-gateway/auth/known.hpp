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

#include "ingest-gateway/auth/remembered.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task_group.hpp"

namespace vf::ingest_gateway {

struct known_parts {
    runtime::loop& events;
    runtime::task_group& tasks;
    const clock& now;
};

struct known_limits {
    memory_limits memory;
    // How long a request waits for the store when it has an old answer, and when it has none.
    vf::duration wait_known{std::chrono::milliseconds{250}};
    vf::duration wait_unknown{std::chrono::seconds{2}};
    // How long the store is left alone after it did not answer.
    vf::duration pause{std::chrono::seconds{1}};
    std::size_t reads{256};
};

template <class Value>
class known {
public:
    using reading = runtime::task<result<std::optional<Value>>>;
    using read = std::function<reading(std::string key)>;

    known(const known_parts& parts, read from, const known_limits& limits)
        : parts_{parts}, read_{std::move(from)}, limits_{limits}, memory_{limits.memory} {}

    // Nothing: the store does not know it. Errors: transient/store_unavailable, when the key was
    // never known and the store does not answer.
    [[nodiscard]] reading find(std::string key) {
        const auto seen = memory_.judge(key, parts_.now.now());
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
                away_until_ = parts_.now.now() + limits_.pause;
            }
        }
        const auto after = memory_.judge(key, parts_.now.now());
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
            return parts_.now.now() < away_until_ ? nullptr : running->second;
        }
        if (parts_.now.now() < away_until_ || running_.size() >= limits_.reads) {
            return nullptr;
        }
        auto done = std::make_shared<runtime::signal>(parts_.events.context());
        running_.emplace(key, done);
        parts_.tasks.spawn("read_known", keep_reading(key, done));
        return done;
    }

    runtime::task<> keep_reading(std::string key, latch done) {
        auto answered = co_await read_(key);
        if (answered) {
            memory_.remember(key, std::move(*answered), parts_.now.now());
            away_until_ = instant::min();
        } else if (answered.error().is_transient()) {
            away_until_ = parts_.now.now() + limits_.pause;
        }
        running_.erase(key);
        done->raise();
    }

    known_parts parts_;
    read read_;
    known_limits limits_;
    remembered<Value> memory_;
    std::unordered_map<std::string, latch> running_;
    instant away_until_{instant::min()};
};

}  // namespace vf::ingest_gateway
