#include "console/resources/lifeline.hpp"

#include <array>

#include "console/api/found.hpp"
#include "vf/domain/ids.hpp"

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

    [[nodiscard]] std::string_view kind() const {
        return draft ? "draft" : webhook ? "webhook_event" : "event";
    }
};

void write_event_part(json::writer& out, const lifeline& it) {
    out.key("event");
    if (it.event) {
        write(out, *it.event);
        out.member("project_id", it.event->project);
        out.member("external_user_id", it.event->external_user_id);
    } else {
        out.null();
    }
    out.key("quarantine");
    write_all(out, it.quarantined);
}

void write_webhook_part(json::writer& out, const lifeline& it) {
    out.member("project_id", it.webhook->project);
    out.key("webhook").begin_object().member("id", it.webhook->id);
    out.member("type", it.webhook->type);
    write_bytes(out, "body", it.webhook->body);
    write_time(out, "created_at", it.webhook->created_at);
    out.end_object().key("deliveries");
    write_all(out, it.deliveries);
}

void write_draft_part(json::writer& out, const lifeline& it) {
    out.member("project_id", it.draft->project);
    out.member("external_user_id", it.draft->external_user_id);
    out.member("preset", it.draft->preset);
    write_text(out, "message_id", it.draft->message_id);
    out.key("draft");
    write(out, *it.draft);
    out.key("fire");
    if (it.fire) {
        out.begin_object().member("id", it.fire->id).member("rule", it.fire->rule);
        out.member("occurrence", it.fire->occurrence);
        write_time(out, "fired_at", it.fire->fired_at);
        write_time(out, "announced_at", it.fire->announced_at);
        out.key("explain").raw(it.fire->explain).end_object();
    } else {
        out.null();
    }
    out.key("outcomes").begin_array();
    for (const auto& outcome : it.outcomes) {
        out.begin_object().member("event_id", outcome.event).member("type", outcome.type);
        write_time(out, "occurred_at", outcome.occurred_at);
        out.end_object();
    }
    out.end_array();
}

void write(json::writer& out, const lifeline& it) {
    out.begin_object().member("id", it.id).member("kind", it.kind());
    if (it.draft) {
        write_draft_part(out, it);
    } else if (it.webhook) {
        write_webhook_part(out, it);
    } else {
        write_event_part(out, it);
    }
    out.end_object();
}

std::optional<lifeline> of_draft(postgres::transaction& tx, const std::string& id) {
    lifeline lifeline;
    lifeline.id = id;
    lifeline.draft = find_draft(tx, id);
    if (!lifeline.draft) {
        return std::nullopt;
    }
    lifeline.fire = find_fire_of_draft(tx, id);
    lifeline.outcomes = outcomes_of_draft(tx, id);
    return lifeline;
}

std::optional<lifeline> of_event(postgres::transaction& tx, const std::string& id) {
    lifeline lifeline;
    lifeline.id = id;
    lifeline.webhook = find_webhook_event(tx, id);
    if (lifeline.webhook) {
        for (auto& delivery : deliveries_of(tx, id)) {
            auto attempts = attempts_of(tx, delivery.id);
            lifeline.deliveries.push_back({std::move(delivery), std::move(attempts)});
        }
        return lifeline;
    }
    if (const auto record = domain::record_of(domain::event_id{id})) {
        lifeline.event = find_event(tx, record->uuid());
    }
    lifeline.quarantined = quarantined_of_event(tx, id);
    if (!lifeline.event && lifeline.quarantined.empty()) {
        return std::nullopt;
    }
    return lifeline;
}

runtime::task<api_result<http::response>> get_lifeline(api_context& context, api_call call) {
    const std::string& id = call.part("id");
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
