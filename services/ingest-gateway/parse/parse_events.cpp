#include "ingest-gateway/parse/parse_events.hpp"

#include <fmt/format.h>

#include <utility>

#include "ingest-gateway/parse/parse_list.hpp"
#include "vf/domain/limits.hpp"

namespace vf::ingest_gateway {

namespace {

constexpr list_shape batch_shape{"events", domain::limits::batch_events};

std::string path_of(std::size_t index, const std::string& field) {
    return field.empty() ? fmt::format("events[{}]", index)
                         : fmt::format("events[{}].{}", index, field);
}

}  // namespace

wire::parsed<incoming_record> parse_event_record(const json::value& event, instant now) {
    auto track = wire::parse_track(event, now, wire::strictness::door);
    if (!track) {
        return std::unexpected(std::move(track.error()));
    }
    incoming_record record;
    record.user = std::move(track->user);
    record.body = event.source;
    if (track->timestamp) {
        record.natural = natural_identity{std::move(track->name), *track->timestamp};
    }
    return record;
}

incoming_records parse_event(const json::value& body, instant now) {
    auto record = parse_event_record(body, now);
    if (!record) {
        return std::unexpected(invalid(std::move(record.error())));
    }
    incoming incoming;
    incoming.records.push_back(std::move(*record));
    // Only bulk promises it: two requests for one moment may be two events.
    incoming.records.front().natural.reset();
    return incoming;
}

incoming_records parse_event_batch(const json::value& body, instant now) {
    const auto list = parse_list(body, batch_shape);
    if (!list) {
        return std::unexpected(invalid(list.error()));
    }
    incoming incoming;
    incoming.historical = list->historical;
    incoming.records.reserve(list->records.size());
    refusal why;
    why.code = reply_code::validation_failed;
    for (std::size_t i = 0; i < list->records.size(); ++i) {
        auto record = parse_event_record(list->records[i], now);
        if (record) {
            record->index = i;
            record->natural.reset();
            incoming.records.push_back(std::move(*record));
        } else {
            auto& [field, message] = record.error();
            why.faults.push_back({path_of(i, field), std::move(message)});
        }
    }
    if (!why.faults.empty()) {
        return std::unexpected(std::move(why));
    }
    return incoming;
}

}  // namespace vf::ingest_gateway
