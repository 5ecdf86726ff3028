#include "ingest-gateway/parse/parse_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "vf/base/assert.hpp"
#include "vf/domain/limits.hpp"
#include "vf/json/canonical.hpp"
#include "vf/json/parse.hpp"
#include "vf/json/split.hpp"
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

std::unexpected<wire::fault> envelope_fault(std::string_view field, std::string message) {
    return std::unexpected(wire::fault{std::string{field}, std::move(message)});
}

// What stands around the records: {"<list>": […], "historical"?: true}. Answers the latter.
wire::parsed<bool> read_envelope(
    const json::value& envelope, const route_shape& shape, const json::split_text& cut
) {
    if (!envelope.is(json::kind::object)) {
        return envelope_fault("", "must be an object");
    }
    const json::value* list = envelope.find(shape.list);
    if (list == nullptr) {
        return envelope_fault(shape.list, "required");
    }
    if (!list->is(json::kind::array)) {
        return envelope_fault(shape.list, "must be an array");
    }
    if (cut.items.empty()) {
        return envelope_fault(shape.list, "must hold at least 1 record");
    }
    const json::value* historical = envelope.find("historical");
    const bool present = historical != nullptr && !historical->is(json::kind::null);
    if (present && !historical->is(json::kind::boolean)) {
        return envelope_fault("historical", "must be true or false");
    }
    return present && historical->boolean;
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

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_json_type(std::string_view value) {
    const auto type = value.substr(0, value.find(';'));
    const auto last = type.find_last_not_of(" \t");
    const auto trimmed = type.substr(0, last == std::string_view::npos ? 0 : last + 1);
    return std::ranges::equal(trimmed, json_type, {}, lower);
}

bool is_malformed(const json::parse_fault& why) {
    return why.code == "invalid_json" || why.code == "invalid_utf8";
}

refusal refuse_json(const json::parse_fault& why) {
    if (is_malformed(why)) {
        // Code and position say where the fault is and hold nothing of ours.
        return refuse(
            reply_code::bad_request,
            fmt::format("the body is refused: {} at byte {}", why.code, why.offset)
        );
    }
    auto fault = wire::fault_of(why);
    const auto code =
        why.code == "too_large" ? reply_code::payload_too_large : reply_code::validation_failed;
    return refuse(code, std::move(fault.message), std::move(fault.field));
}

class request_reader {
public:
    request_reader(const route_shape& shape, instant now, digest digest)
        : shape_{shape}, now_{now}, digest_{digest} {}

    std::expected<parsed_request, refusal> read(std::string_view body) && {
        auto failed = shape_.list.empty() ? read_single(body) : read_list(body);
        if (failed) {
            return std::unexpected(std::move(*failed));
        }
        if (shape_.on_fault == bad_record::refuses_all && !parsed_.rejected.empty()) {
            return std::unexpected(refuse_all(shape_, std::move(parsed_.rejected)));
        }
        return std::move(parsed_);
    }

private:
    std::optional<refusal> read_single(std::string_view body) {
        const auto record = parse_body(body, wire::record_limits);
        if (!record) {
            return record.error();
        }
        read_record(record->root(), 0);
        if (digest_ == digest::of_body) {
            parsed_.canonical = json::canonical(record->root());
        }
        return std::nullopt;
    }

    std::optional<refusal> read_list(std::string_view body) {
        const auto cut = json::split(body, shape_.list, shape_.records_max);
        if (cut.more) {
            auto message = fmt::format("must hold at most {} records", shape_.records_max);
            return refuse_envelope(shape_, {std::string{shape_.list}, std::move(message)});
        }
        if (cut.broken) {
            return refuse_json({"invalid_json", body.size(), {}});
        }
        const auto envelope = json::parse_located(cut.envelope, wire::record_limits);
        if (!envelope) {
            // Nobody looks through all of a body that has not what it is about.
            const bool lost = envelope.error().code == "too_large" && !cut.found;
            return lost ? refuse_envelope(shape_, {std::string{shape_.list}, "must be an array"})
                        : refuse_json(envelope.error());
        }
        auto historical = read_envelope(envelope->root(), shape_, cut);
        if (!historical) {
            return refuse_envelope(shape_, historical.error());
        }
        parsed_.historical = *historical;
        parsed_.records.reserve(cut.items.size());
        for (std::size_t i = 0; i < cut.items.size(); ++i) {
            if (auto failed = read_item(cut.items[i], i, body)) {
                return failed;
            }
        }
        if (digest_ == digest::of_body) {
            parsed_.canonical = json::canonical(envelope->root(), shape_.list, parsed_.canonical);
        }
        return std::nullopt;
    }

    // Only what is no JSON at all refuses the others.
    std::optional<refusal> read_item(
        std::string_view item, std::size_t index, std::string_view body
    ) {
        auto record = json::parse_located(item, wire::record_limits);
        const bool digested = digest_ == digest::of_body;
        if (record) {
            read_record(record->root(), index);
            if (digested) {
                json::append_canonical(parsed_.canonical, record->root());
            }
            return std::nullopt;
        }
        if (record.error().code == "invalid_json") {
            record.error().offset += static_cast<std::size_t>(item.data() - body.data());
            return refuse_json(record.error());
        }
        parsed_.rejected.push_back({index, wire::fault_of(record.error())});
        if (digested) {
            json::append_canonical(parsed_.canonical, item);
        }
        return std::nullopt;
    }

    void read_record(const json::value& value, std::size_t index) {
        auto record = shape_.parse(value, now_);
        if (!record) {
            parsed_.rejected.push_back({index, std::move(record.error())});
            return;
        }
        record->index = index;
        // Only bulk promises it: elsewhere two requests for one moment may be two events.
        if (shape_.on_fault == bad_record::refuses_all) {
            record->natural.reset();
        }
        parsed_.records.push_back(std::move(*record));
    }

    const route_shape& shape_;
    instant now_;
    digest digest_;
    parsed_request parsed_;
};

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

std::expected<json::document, refusal> parse_body(
    std::string_view body, const json::parse_limits& limits
) {
    auto parsed = json::parse_located(body, limits);
    if (!parsed) {
        return std::unexpected(refuse_json(parsed.error()));
    }
    return std::move(*parsed);
}

std::expected<parsed_request, refusal> parse_request(
    route_id route, std::string_view body, instant now, digest digest
) {
    return request_reader{shape_of(route), now, digest}.read(body);
}

}  // namespace vf::ingest_gateway
