#include "trigger-evaluator/evaluate/explain.hpp"

#include <utility>

#include "vf/base/time_text.hpp"
#include "vf/domain/ids.hpp"
#include "vf/json/writer.hpp"

namespace vf::trigger_evaluator {

std::string explain(const fire& of, instant evaluated_at) {
    json::writer out;
    out.begin_object()
        .member("occurrence", occurrence_key(of.occurrence))
        .member("event_id", domain::event_id_of(of.occurrence.record).text)
        .member("effective_at", format_instant(of.occurrence.effective_at()))
        .member("ripe_at", format_instant(of.ripe_at))
        .member("rule_version", of.rule_version)
        .member("evaluated_at", format_instant(evaluated_at))
        .end_object();
    return std::move(out).take();
}

}  // namespace vf::trigger_evaluator
