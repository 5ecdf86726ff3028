#include "ingest-gateway/parse/parse_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "vf/base/assert.hpp"
#include "vf/domain/limits.hpp"
#include "vf/json/parse.hpp"
#include "vf/wire/customer_json.hpp"

namespace vf::ingest_gateway {

namespace {

using record_parser = wire::parsed<incoming_record> (*)(const json::value&, instant);

wire::parsed<incoming_record> parse_user(const json::value& user, instant now) {
    auto change = wire::parse_identify(user, now);
    if (!change) {
        return std::unexpected(std::move(change.error()));
    }
    constexpr auto traits_max = domain::limits::traits_per_user;
    if (change->traits.size() > traits_max) {
        return std::unexpected(
            wire::fault{"traits", fmt::format("must have at most {} members", traits_max)}
        );
    }
    incoming_record record;
    record.kind = wire::ingest_kind::user;
    record.user = std::move(change->user);
    record.body = user.source;
    return record;
}

wire::parsed<incoming_record> parse_event(const json::value& event, instant now) {
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

// What a bad record is to the request it stands in.
enum class bad_record { refuses_all, is_rejected_alone };

struct route_shape {
    route_id route;
    record_parser parse;
    std::string_view list;  // {"<list>": […], "historical"?: true}; empty: the body is the record
    std::size_t records_max;
    bad_record on_fault;
};

constexpr std::array shapes{
    route_shape{route_id::users, parse_user, "", 1, bad_record::refuses_all},
    route_shape{route_id::events, parse_event, "", 1, bad_record::refuses_all},
    route_shape{
        route_id::batch, parse_event, "events", domain::limits::batch_events,
        bad_record::refuses_all
    },
    route_shape{
        route_id::users_bulk, parse_user, "users", domain::limits::bulk_records,
        bad_record::is_rejected_alone
    },
    route_shape{
        route_id::events_bulk, parse_event, "events", domain::limits::bulk_records,
        bad_record::is_rejected_alone
    },
};

const route_shape& shape_of(route_id route) {
    const auto* found = std::ranges::find(shapes, route, &route_shape::route);
    VF_ASSERT(found != shapes.end());
    return *found;
}

struct envelope {
    std::span<const json::value> records;  // of the body, at least one
    bool historical{false};
};

std::unexpected<wire::fault> envelope_fault(std::string_view field, std::string message) {
    return std::unexpected(wire::fault{std::string{field}, std::move(message)});
}

wire::parsed<envelope> open_envelope(const json::value& body, const route_shape& shape) {
    if (shape.list.empty()) {
        return envelope{{&body, 1}};
    }
    if (!body.is(json::kind::object)) {
        return envelope_fault("", "must be an object");
    }
    const json::value* list = body.find(shape.list);
    if (list == nullptr) {
        return envelope_fault(shape.list, "required");
    }
    if (!list->is(json::kind::array)) {
        return envelope_fault(shape.list, "must be an array");
    }
    if (list->items.empty()) {
        return envelope_fault(shape.list, "must hold at least 1 record");
    }
    if (list->items.size() > shape.records_max) {
        return envelope_fault(
            shape.list, fmt::format("must hold at most {} records", shape.records_max)
        );
    }
    const json::value* historical = body.find("historical");
    const bool present = historical != nullptr && !historical->is(json::kind::null);
    if (present && !historical->is(json::kind::boolean)) {
        return envelope_fault("historical", "must be true or false");
    }
    return envelope{list->items, present && historical->boolean};
}

refusal refuse_envelope(const route_shape& shape, const wire::fault& fault) {
    const bool bulk = shape.on_fault == bad_record::is_rejected_alone;
    const auto code = bulk ? reply_code::bad_request : reply_code::validation_failed;
    return refuse(code, fault.message, fault.field);
}

// Every bad record is named by its path: "events[3].external_user_id".
refusal refuse_all(const route_shape& shape, std::vector<rejected_record> rejected) {
    refusal why;
    why.code = reply_code::validation_failed;
    for (auto& [index, fault] : rejected) {
        if (!shape.list.empty()) {
            const auto* separator = fault.field.empty() ? "" : ".";
            fault.field = fmt::format("{}[{}]{}{}", shape.list, index, separator, fault.field);
        }
        why.faults.push_back(std::move(fault));
    }
    return why;
}

constexpr std::string_view json_type = "application/json";

// One parsed body is held at a time and only until its records are cut out: 200 000 values are
// some 28 MB, and 500 events of 400 values each.
constexpr json::parse_limits body_limits{.values = 200'000};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_json_type(std::string_view value) {
    const auto type = value.substr(0, value.find(';'));
    const auto last = type.find_last_not_of(" \t");
    const auto trimmed = type.substr(0, last == std::string_view::npos ? 0 : last + 1);
    return std::ranges::equal(trimmed, json_type, {}, lower);
}

reply_code code_of(std::string_view json_error) {
    if (json_error == "invalid_json" || json_error == "invalid_utf8") {
        return reply_code::bad_request;
    }
    if (json_error == "too_large") {
        return reply_code::payload_too_large;
    }
    return reply_code::validation_failed;
}

}  // namespace

std::expected<void, refusal> check_content_type(const http::headers& headers) {
    const auto* type = headers.find("Content-Type");
    if (headers.count("Content-Type") != 1 || type == nullptr || !is_json_type(*type)) {
        return std::unexpected(
            refuse(reply_code::bad_request, "Content-Type must be application/json")
        );
    }
    return {};
}

std::expected<json::value, refusal> parse_body(std::string_view body) {
    auto parsed = json::parse(body, body_limits);
    if (!parsed) {
        // Code and position say where the fault is and hold nothing of ours.
        const error& why = parsed.error();
        return std::unexpected(
            refuse(code_of(why.code), "the body is refused: " + why.code + " " + why.detail)
        );
    }
    return std::move(*parsed);
}

std::expected<parsed_request, refusal> parse_request(
    route_id route, const json::value& body, instant now
) {
    const auto& shape = shape_of(route);
    const auto envelope = open_envelope(body, shape);
    if (!envelope) {
        return std::unexpected(refuse_envelope(shape, envelope.error()));
    }
    parsed_request parsed;
    parsed.historical = envelope->historical;
    parsed.records.reserve(envelope->records.size());
    for (std::size_t i = 0; i < envelope->records.size(); ++i) {
        auto record = shape.parse(envelope->records[i], now);
        if (!record) {
            parsed.rejected.push_back({i, std::move(record.error())});
            continue;
        }
        record->index = i;
        // Only bulk promises it: elsewhere two requests for one moment may be two events.
        if (shape.on_fault == bad_record::refuses_all) {
            record->natural.reset();
        }
        parsed.records.push_back(std::move(*record));
    }
    if (shape.on_fault == bad_record::refuses_all && !parsed.rejected.empty()) {
        return std::unexpected(refuse_all(shape, std::move(parsed.rejected)));
    }
    return parsed;
}

}  // namespace vf::ingest_gateway
