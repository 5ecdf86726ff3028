#include "trigger-evaluator/tick/publish_fired.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "vf/wire/messages.hpp"

namespace vf::trigger_evaluator {

namespace {

constexpr std::size_t at_once = 500;

}  // namespace

runtime::task<result<void>> fired_publisher::publish_all() {
    for (;;) {
        auto found = co_await fires_.unpublished(at_once);
        if (!found) {
            co_return forward(found);
        }
        if (found->empty()) {
            co_return result<void>{};
        }
        std::vector<wire::record> records;
        std::vector<std::string> ids;
        for (const wire::rule_fired& fired : *found) {
            records.push_back(wire::encode(fired));
            ids.push_back(fired.fire_id);
        }
        const auto count = static_cast<double>(ids.size());
        auto published = co_await sink_.publish(std::move(records));
        if (!published) {
            co_return published;
        }
        auto marked = co_await fires_.mark_published(std::move(ids));
        if (!marked) {
            co_return marked;
        }
        metrics_.published.increment(count);
        if (found->size() < at_once) {
            co_return result<void>{};
        }
    }
}

}  // namespace vf::trigger_evaluator
