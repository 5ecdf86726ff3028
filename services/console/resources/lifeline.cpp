#include "console/resources/lifeline.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/write_json.hpp"
#include "console/resources/deliveries.hpp"
#include "console/resources/drafts.hpp"
#include "console/resources/events.hpp"
#include "console/resources/quarantine.hpp"
#include "console/store/activity_store.hpp"
#include "console/store/delivery_store.hpp"
#include "console/store/draft_store.hpp"
#include "console/store/pipeline_store.hpp"
#include "console/store/set_aside_store.hpp"
#include "vf/domain/ids.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

namespace {

// What became of one event or draft; what does not apply to its kind is left out.
struct lifeline {
    std::string id;
    std::optional<event_row> event;
    std::vector<quarantine_row> quarantined;
    std::optional<webhook_event_row> webhook;
    std::vector<delivery_detail> deliveries;
    std::optional<draft_row> draft;
    std::optional<fire_row> fire;
    std::vector<outcome_row> outcomes;
    std::vector<draft_action_row> actions;

    [[nodiscard]] std::string_view kind() const {
        return draft ? "draft" : webhook ? "webhook_event" : "event";
    }
};

void write_event_part(json::writer& out, const lifeline& line) {
    out.key("event");
    if (line.event) {
        write(out, *line.event);
        out.member("project_id", line.event->project);
        out.member("external_user_id", line.event->external_user_id);
    } else {
        out.null();
    }
    out.key("quarantine");
    write_all(out, line.quarantined);
}

void write_webhook_part(json::writer& out, const lifeline& line) {
    out.member("project_id", line.webhook->project);
    out.key("webhook").begin_object().member("id", line.webhook->id);
    out.member("type", line.webhook->type);
    write_bytes(out, "body", line.webhook->body);
    write_time(out, "created_at", line.webhook->created_at);
    out.end_object().key("deliveries");
    write_all(out, line.deliveries);
}

void write_draft_part(json::writer& out, const lifeline& line) {
    out.member("project_id", line.draft->project);
    out.member("external_user_id", line.draft->external_user_id);
    out.member("preset", line.draft->preset);
    write_text(out, "message_id", line.draft->message_id);
    out.key("draft");
    write(out, *line.draft);
    out.key("fire");
    if (line.fire) {
        out.begin_object().member("id", line.fire->id).member("rule", line.fire->rule);
        out.member("occurrence", line.fire->occurrence);
        write_time(out, "fired_at", line.fire->fired_at);
        write_time(out, "announced_at", line.fire->announced_at);
        out.key("explain").raw(line.fire->explain).end_object();
    } else {
        out.null();
    }
    out.key("outcomes").begin_array();
    for (const auto& outcome : line.outcomes) {
        out.begin_object().member("event_id", outcome.event).member("type", outcome.type);
        write_time(out, "occurred_at", outcome.occurred_at);
        out.end_object();
    }
    out.end_array().key("actions");
    write_all(out, line.actions);
}

void write(json::writer& out, const lifeline& line) {
    out.begin_object().member("id", line.id).member("kind", line.kind());
    if (line.draft) {
        write_draft_part(out, line);
    } else if (line.webhook) {
        write_webhook_part(out, line);
    } else {
        write_event_part(out, line);
    }
    out.end_object();
}

std::optional<lifeline> of_draft(postgres::transaction& tx, const std::string& id) {
    lifeline line;
    line.id = id;
    line.draft = find_draft(tx, id);
    if (!line.draft) {
        return std::nullopt;
    }
    line.fire = find_fire_of_draft(tx, id);
    line.outcomes = outcomes_of_draft(tx, id);
    line.actions = actions_of_draft(tx, line.draft->project, id);
    return line;
}

std::optional<lifeline> of_event(postgres::transaction& tx, const std::string& id) {
    lifeline line;
    line.id = id;
    line.webhook = find_webhook_event(tx, id);
    if (line.webhook) {
        for (auto& delivery : deliveries_of(tx, id)) {
            auto attempts = attempts_of(tx, delivery.id);
            line.deliveries.push_back({std::move(delivery), std::move(attempts)});
        }
        return line;
    }
    if (const auto record = domain::record_of(domain::event_id{id})) {
        line.event = find_event(tx, record->uuid());
    }
    line.quarantined = quarantined_of_event(tx, id);
    if (!line.event && line.quarantined.empty()) {
        return std::nullopt;
    }
    return line;
}

api_answer get_lifeline(api_context& context, api_request request) {
    const std::string& id = request.parameter("id");
    auto work = [&](postgres::transaction& tx) {
        return id.starts_with(domain::prefix::draft) ? of_draft(tx, id) : of_event(tx, id);
    };
    auto found = co_await context.database.transact(work);
    co_return reply_one(found);
}

constexpr std::array routes{
    route{"GET", "/v1/lifeline/{id}", role::view, get_lifeline},
};

}  // namespace

std::span<const route> lifeline_routes() {
    return routes;
}

}  // namespace vf::console
