#include "trigger-evaluator/evaluate/explain.hpp"

#include <utility>

#include "vf/base/time_text.hpp"
#include "vf/domain/ids.hpp"
#include "vf/json/writer.hpp"

namespace vf::trigger_evaluator {

std::string explain(const fire& fire, instant evaluated_at) {
    json::writer out;
    out.begin_object().member("occurrence", fire.occurrence.key);
    if (fire.occurrence.record) {
        out.member("event_id", domain::event_id_of(*fire.occurrence.record).text);
    }
    out.member("effective_at", format_milliseconds(fire.occurrence.effective_at))
        .member("ripe_at", format_milliseconds(fire.occurrence.ripe_at))
        .member("rule_version", fire.rule_version)
        .member("evaluated_at", format_milliseconds(evaluated_at))
        .end_object();
    return std::move(out).take();
}

}  // namespace vf::trigger_evaluator
