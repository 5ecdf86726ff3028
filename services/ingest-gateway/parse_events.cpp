#include "parse_events.hpp"

#include <fmt/format.h>

#include <utility>

#include "vf/domain/limits.hpp"
#include "vf/wire/customer_json.hpp"

namespace vf::ingest_gateway {

namespace {

wire::parsed<incoming_record> parse_one(const json::value& event, instant now) {
    auto track = wire::parse_track(event, now, wire::strictness::door);
    if (!track) {
        return std::unexpected(std::move(track.error()));
    }
    return incoming_record{wire::ingest_kind::event, std::move(track->user), event.source};
}

std::string path_of(std::size_t index, const std::string& field) {
    return field.empty() ? fmt::format("events[{}]", index)
                         : fmt::format("events[{}].{}", index, field);
}

std::unexpected<refusal> invalid(std::string message, std::string field) {
    return std::unexpected(
        refuse(reply_code::validation_failed, std::move(message), std::move(field))
    );
}

}  // namespace

incoming_records parse_event(const json::value& body, instant now) {
    auto event = parse_one(body, now);
    if (!event) {
        return invalid(std::move(event.error().message), std::move(event.error().field));
    }
    std::vector<incoming_record> records;
    records.push_back(std::move(*event));
    return records;
}

incoming_records parse_event_batch(const json::value& body, instant now) {
    if (!body.is(json::kind::object)) {
        return invalid("must be an object", {});
    }
    const json::value* events = body.find("events");
    if (events == nullptr) {
        return invalid("required", "events");
    }
    if (!events->is(json::kind::array)) {
        return invalid("must be an array", "events");
    }
    if (events->items.empty()) {
        return invalid("must hold at least 1 event", "events");
    }
    if (events->items.size() > domain::limits::batch_events) {
        return invalid(
            fmt::format("must hold at most {} events", domain::limits::batch_events), "events"
        );
    }
    std::vector<incoming_record> records;
    records.reserve(events->items.size());
    refusal why;
    why.code = reply_code::validation_failed;
    for (std::size_t i = 0; i < events->items.size(); ++i) {
        auto event = parse_one(events->items[i], now);
        if (event) {
            records.push_back(std::move(*event));
        } else {
            why.faults.push_back({path_of(i, event.error().field), std::move(event.error().message)}
            );
        }
    }
    if (!why.faults.empty()) {
        return std::unexpected(std::move(why));
    }
    return records;
}

}  // namespace vf::ingest_gateway
