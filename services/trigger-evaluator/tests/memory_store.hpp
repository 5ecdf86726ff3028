// A store and a sink in memory, for the shells of this service. Loop thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "trigger-evaluator/store.hpp"
#include "vf/kafka/sink.hpp"

namespace vf::trigger_evaluator {

class memory_store final : public store {
public:
    runtime::task<result<backlog>> read_backlog() override {
        ++looks;
        if (refuse_look) {
            co_return std::unexpected(*refuse_look);
        }
        co_return seen;
    }

    runtime::task<result<slice>> evaluate_due(std::size_t most, std::vector<std::int64_t> apart)
        override {
        limits.push_back(most);
        left_out = std::move(apart);
        co_return take_slice();
    }

    runtime::task<result<slice>> evaluate_alone(single whom) override {
        limits.push_back(1);
        alone.push_back(std::move(whom));
        if (on_alone) {
            on_alone();
        }
        co_return take_slice();
    }

    result<slice> take_slice() {
        if (slices.empty()) {
            return slice{};
        }
        auto next = std::move(slices.front());
        slices.pop_front();
        return next;
    }

    runtime::task<result<std::vector<wire::rule_fired>>> unpublished(std::size_t most) override {
        std::vector<wire::rule_fired> found;
        for (const auto& fired : waiting) {
            if (found.size() < most) {
                found.push_back(fired);
            }
        }
        co_return found;
    }

    runtime::task<result<void>> mark_published(std::vector<wire::rule_fired> fires) override {
        if (refuse_mark) {
            co_return std::unexpected(*refuse_mark);
        }
        std::erase_if(waiting, [&fires](const wire::rule_fired& fired) {
            return std::ranges::find(fires, fired.fire_id, &wire::rule_fired::fire_id) !=
                   fires.end();
        });
        co_return result<void>{};
    }

    backlog seen;
    std::deque<result<slice>> slices;
    std::vector<wire::rule_fired> waiting;
    std::optional<error> refuse_look;
    std::optional<error> refuse_mark;
    std::vector<std::size_t> limits;
    std::function<void()> on_alone;
    std::vector<std::int64_t> left_out;  // of the last slice
    std::vector<single> alone;
    int looks{0};
};

class memory_sink final : public kafka::sink {
public:
    runtime::task<result<void>> publish(std::vector<wire::record> records) override {
        if (refuse) {
            co_return std::unexpected(*refuse);
        }
        for (auto& record : records) {
            published.push_back(std::move(record));
        }
        co_return result<void>{};
    }

    std::vector<wire::record> published;
    std::optional<error> refuse;
};

}  // namespace vf::trigger_evaluator
