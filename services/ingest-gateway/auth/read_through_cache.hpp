// A cache in front of a store. Values are read again in the background before they expire; what the
// store said last is served while it is slow, and for longer while it is away. Loop thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ingest-gateway/auth/batched_reader.hpp"
#include "ingest-gateway/auth/expiring_cache.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/runtime/task.hpp"

namespace vf::ingest_gateway {

struct read_through_limits {
    cache_limits cache{};
    batch_limits batches{};
    // How long a request waits for the store when it has a value to fall back on, and when it has
    // none that may be served while the store is there.
    vf::duration late_wait{std::chrono::milliseconds{250}};
    vf::duration read_wait{std::chrono::seconds{2}};
    // How long nobody waits after one has waited in vain.
    vf::duration pause{std::chrono::seconds{1}};
};

template <class Value>
class read_through_cache {
public:
    using reader = batched_reader<Value>;
    using found_values = reader::found_values;
    using read_function = reader::read_function;
    // What others have read of a key.
    using shared_function = std::function<std::optional<observed<Value>>(const std::string& key)>;

    read_through_cache(
        const cache_dependencies& deps, read_function read, shared_function shared,
        const read_through_limits& limits
    )
        : now_{deps.now},
          shared_{std::move(shared)},
          limits_{limits},
          cache_{limits.cache},
          reader_{
              deps, std::move(read),
              [this](const auto& keys, result<found_values> found, instant asked_at) {
                  note(keys, std::move(found), asked_at);
              },
              limits.batches
          } {}

    // Null unless it is fresh; then there is nothing to wait for. Until the next change.
    [[nodiscard]] const Value* find_fresh(const std::string& key) const {
        return cache_.fresh_value(key, now_.now());
    }

    // Nothing: the store does not have it. Errors: transient/store_unavailable, when the store does
    // not answer and nothing it said of the key may be served.
    [[nodiscard]] runtime::task<result<std::optional<Value>>> find(std::string key) {
        if (cache_.freshness_of(key, now_.now()) != freshness::fresh) {
            take_shared(key);
        }
        const auto before = cache_.freshness_of(key, now_.now());
        if (before == freshness::fresh) {
            co_return cache_.value(key);
        }
        const auto done = start_read(key, before != freshness::unknown);
        if (before == freshness::ageing) {
            co_return cache_.value(key);
        }
        const bool usable = before == freshness::late || (before == freshness::old && away_);
        const bool paused = usable && is_before(slow_until_);
        if (done != nullptr && !paused) {
            const auto limit = usable ? limits_.late_wait : limits_.read_wait;
            const bool ended = co_await done->wait_for(limit);
            if (!ended) {
                slow_until_ = now_.now() + limits_.pause;
                away_ = away_ || !usable;
            }
        }
        const auto after = cache_.freshness_of(key, now_.now());
        if (after == freshness::unknown || (after == freshness::old && !away_)) {
            co_return fail(failure::transient, "store_unavailable");
        }
        co_return cache_.value(key);
    }

private:
    void take_shared(const std::string& key) {
        auto other = shared_(key);
        const auto own = cache_.read_at(key);
        if (other && (!own || *own < other->read_at)) {
            cache_.put(key, std::move(other->value), other->read_at);
        }
    }

    // Null while the store is left alone.
    reader::shared_signal start_read(const std::string& key, bool cached) {
        if (auto running = reader_.find(key)) {
            return running;
        }
        if (away_ && is_before(next_try_)) {
            return nullptr;
        }
        next_try_ = now_.now() + limits_.pause;
        return reader_.start(key, cached);
    }

    // What was said is as old as the question: another loop may have asked since, and have been
    // told otherwise.
    void note(const std::vector<std::string>& keys, result<found_values> found, instant asked_at) {
        if (!found) {
            away_ = away_ || found.error().is_transient();
            next_try_ = now_.now() + limits_.pause;
            return;
        }
        away_ = false;
        slow_until_ = instant{};
        for (const auto& key : keys) {
            const auto value = found->find(key);
            if (value == found->end()) {
                cache_.put(key, std::nullopt, asked_at);
            } else if (value->second) {
                cache_.put(key, std::move(value->second), asked_at);
            }
            take_shared(key);
        }
    }

    // A pause that a clock set back would prolong is over.
    [[nodiscard]] bool is_before(instant until) const {
        const auto left = until - now_.now();
        return left > vf::duration::zero() && left <= limits_.pause;
    }

    const clock& now_;
    shared_function shared_;
    read_through_limits limits_;
    expiring_cache<Value> cache_;
    reader reader_;
    bool away_{false};    // the store, as the last read or wait for it ended
    instant next_try_{};  // while it is away
    instant slow_until_{};
};

}  // namespace vf::ingest_gateway
