#include "trigger-evaluator/tick/publish_fired.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace vf::trigger_evaluator {

namespace {

constexpr std::size_t page = 500;

}  // namespace

fired_outbox make_fired_outbox(store& fires, kafka::sink& sink, const metrics& counters) {
    consumer::outbox_rows<wire::rule_fired> rows{
        [&fires](std::size_t most) { return fires.unpublished(most); },
        [](const wire::rule_fired& fired) { return wire::encode(fired); },
        [&fires](std::vector<wire::rule_fired> published) {
            return fires.mark_published(std::move(published));
        },
    };
    return {std::move(rows), sink, counters.published, page};
}

}  // namespace vf::trigger_evaluator
