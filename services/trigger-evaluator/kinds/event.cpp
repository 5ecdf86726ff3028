#include <utility>

#include "trigger-evaluator/evaluate/now.hpp"
#include "trigger-evaluator/evaluate/rule_kinds.hpp"

namespace vf::trigger_evaluator {

namespace {

class event_condition final : public rule_condition {
public:
    event_condition(std::string event_name, duration delay)
        : event_name_{std::move(event_name)}, delay_{delay} {}

    [[nodiscard]] std::vector<std::string> event_names() const override { return {event_name_}; }

    [[nodiscard]] std::optional<occurrence> find(const user_facts& facts) const override {
        const auto last = facts.last_events.find(event_name_);
        if (last == facts.last_events.end()) {
            return std::nullopt;
        }
        const last_event& event = last->second;
        return occurrence{
            .key = event.record.uuid(),
            .record = event.record,
            .effective_at = event.effective_at(),
            .ripe_at = later(event.effective_at(), delay_),
        };
    }

private:
    std::string event_name_;
    duration delay_;
};

}  // namespace

std::shared_ptr<const rule_condition> read_event(parameters& params) {
    auto event_name = params.text("event");
    const auto delay = params.span("delay", duration{0});
    return std::make_shared<event_condition>(std::move(event_name), delay);
}

}  // namespace vf::trigger_evaluator
