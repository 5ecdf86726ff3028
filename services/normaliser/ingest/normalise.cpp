#include "normaliser/ingest/normalise.hpp"

#include <utility>

#include "vf/domain/reasons.hpp"
#include "vf/json/parse.hpp"
#include "vf/wire/customer_json.hpp"

namespace vf::normaliser {

namespace {

namespace reason = domain::reason;

constexpr std::string_view properties_path = "properties.";

std::unexpected<wire::set_aside_reason> refuse(wire::fault fault) {
    const bool property = fault.field.starts_with(properties_path);
    auto why = reason_of(
        property ? reason::invalid_property : reason::invalid_body, std::move(fault.message)
    );
    why.field = std::move(fault.field);
    return std::unexpected(std::move(why));
}

understood normalise_user(const wire::ingest_record& record, const json::value& body) {
    auto identify = wire::parse_identify(body, record.received_at);
    if (!identify) {
        return refuse(std::move(identify.error()));
    }
    user_change change;
    change.who = {record.project, std::move(identify->user)};
    change.id = record.id;
    change.email = std::move(identify->email);
    change.traits = std::move(identify->traits);
    change.effective_at = identify->timestamp.value_or(record.received_at);
    change.received_at = record.received_at;
    return change;
}

understood normalise_event(const wire::ingest_record& record, const json::value& body) {
    auto track = wire::parse_track(body, record.received_at, wire::strictness::whole);
    if (!track) {
        return refuse(std::move(track.error()));
    }
    new_event event;
    event.who = {record.project, std::move(track->user)};
    event.id = record.id;
    event.name = std::move(track->name);
    event.properties = std::move(track->properties);
    event.occurred_at = track->timestamp.value_or(record.received_at);
    event.received_at = record.received_at;
    event.historical = record.historical;
    event.natural = record.natural;
    return event;
}

}  // namespace

wire::set_aside_reason reason_of(std::string_view code, std::string detail) {
    wire::set_aside_reason why;
    why.code = code;
    why.detail = std::move(detail);
    return why;
}

understood normalise(const wire::ingest_record& record) {
    const auto body = json::parse_located(record.body, wire::record_limits);
    if (!body) {
        auto fault = wire::fault_of(body.error());
        auto why = reason_of(reason::invalid_body, std::move(fault.message));
        why.field = std::move(fault.field);
        return std::unexpected(std::move(why));
    }
    return record.kind == wire::ingest_kind::user ? normalise_user(record, body->root())
                                                  : normalise_event(record, body->root());
}

}  // namespace vf::normaliser
