#include "webhook-dispatcher/fan_out/fired_event.hpp"

#include <chrono>
#include <string_view>
#include <utility>

#include "vf/base/time_text.hpp"
#include "vf/json/writer.hpp"
#include "vf/wire/derived_ids.hpp"

namespace vf::webhook_dispatcher {

namespace {

constexpr std::string_view type = "trigger.fired";

}  // namespace

wire::webhook_event fired_event(const wire::rule_fired& fired) {
    wire::webhook_event event;
    event.project = fired.project;
    event.id = wire::derive_event_id(fired.project, type, fired.fire_id);
    event.type = type;
    event.created_at = fired.fired_at;
    const auto created = std::chrono::floor<std::chrono::seconds>(fired.fired_at);

    json::writer out;
    out.begin_object()
        .member("type", type)
        .member("id", event.id.text)
        .member("created", static_cast<std::int64_t>(created.time_since_epoch().count()))
        .key("data")
        .begin_object()
        .member("projectId", fired.project.text)
        .member("externalUserId", fired.user.text)
        .member("ruleId", fired.rule.text)
        .member("preset", fired.preset)
        .member("draftId", fired.draft.text)
        .member("firedAt", format_milliseconds(fired.fired_at))
        .end_object()
        .end_object();
    event.body = std::move(out).take();
    return event;
}

}  // namespace vf::webhook_dispatcher
