// Reads keys from a store: each once however many wait for it, and those that come while a read
// runs together by the next one. Keys that are in the cache are read beside those that are not,
// which anybody may guess, and never wait for them. Loop thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

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

struct batch_limits {
    std::size_t keys{512};
    // Keys that are in no cache and wait to be read.
    std::size_t waiting{8'192};
};

template <class Value>
class batched_reader {
public:
    // Those the store has; it does not have the others. One that it has and that cannot be made
    // out is there without a value.
    using found_values = std::unordered_map<std::string, std::optional<Value>>;
    using read_function =
        std::function<runtime::task<result<found_values>>(std::vector<std::string> keys)>;
    // Gets each read, and when the store was asked, before those who wait for it go on.
    using note_function = std::function<
        void(const std::vector<std::string>& keys, result<found_values> found, instant asked_at)>;
    using shared_signal = std::shared_ptr<runtime::signal>;

    batched_reader(
        const cache_dependencies& deps, read_function read, note_function note,
        const batch_limits& limits
    )
        : deps_{deps}, read_{std::move(read)}, note_{std::move(note)}, limits_{limits} {}

    // The read of this key that waits or runs, or null.
    [[nodiscard]] shared_signal find(const std::string& key) const {
        const auto found = reads_.find(key);
        return found == reads_.end() ? nullptr : found->second;
    }

    // Of a key that is not read. Null when too many wait.
    [[nodiscard]] shared_signal start(const std::string& key, bool cached) {
        auto& lane = cached ? cached_ : uncached_;
        if (!cached && lane.waiting.size() >= limits_.waiting) {
            return nullptr;
        }
        auto done = std::make_shared<runtime::signal>(deps_.events.context());
        reads_.emplace(key, done);
        lane.waiting.push_back(key);
        if (!std::exchange(lane.running, true)) {
            deps_.tasks.spawn("read_keys", run(lane));
        }
        return done;
    }

private:
    struct lane {
        std::vector<std::string> waiting;
        bool running{false};
    };

    runtime::task<> run(lane& lane) {
        while (!lane.waiting.empty()) {
            const auto count = std::min(lane.waiting.size(), limits_.keys);
            const auto last = lane.waiting.begin() + static_cast<std::ptrdiff_t>(count);
            std::vector<std::string> keys{lane.waiting.begin(), last};
            lane.waiting.erase(lane.waiting.begin(), last);
            const auto asked_at = deps_.now.now();
            auto found = co_await read_(keys);
            note_(keys, std::move(found), asked_at);
            for (const auto& key : keys) {
                reads_.extract(key).mapped()->raise();
            }
        }
        lane.running = false;
    }

    cache_dependencies deps_;
    read_function read_;
    note_function note_;
    batch_limits limits_;
    std::unordered_map<std::string, shared_signal> reads_;
    lane cached_;
    lane uncached_;
};

}  // namespace vf::ingest_gateway
