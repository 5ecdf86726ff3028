#include "ingest-gateway/api/plan.hpp"

#include <chrono>
#include <utility>

#include "ingest-gateway/api/idempotency.hpp"
#include "ingest-gateway/parse/parse_body.hpp"
#include "ingest-gateway/parse/parse_bulk.hpp"
#include "ingest-gateway/parse/parse_events.hpp"
#include "ingest-gateway/parse/parse_mail.hpp"
#include "ingest-gateway/parse/parse_users.hpp"
#include "vf/base/assert.hpp"
#include "vf/json/canonical.hpp"
#include "vf/wire/derived_ids.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

namespace vf::ingest_gateway {

namespace {

incoming_records parse_at(route_id route, const json::value& body, instant now) {
    switch (route) {
        case route_id::users:
            return parse_user(body, now);
        case route_id::events:
            return parse_event(body, now);
        case route_id::batch:
            return parse_event_batch(body, now);
        case route_id::users_bulk:
            return parse_users_bulk(body, now);
        case route_id::events_bulk:
            return parse_events_bulk(body, now);
        case route_id::postmark:
            break;
    }
    VF_ASSERT(false);
}

domain::record_id id_of(
    const planned_write& write, const incoming_record& record, instant now, random& randomness
) {
    if (record.natural) {
        return wire::derive_natural_id(
            write.project, record.user, record.natural->name, record.natural->occurred_at
        );
    }
    if (write.key) {
        return wire::derive_record_id(write.project, write.path, *write.key, record.index);
    }
    return domain::make_record_id(now, randomness);
}

}  // namespace

planned_writes plan_write(
    const route_traits& route, const customer& who, const http::request& request, instant now
) {
    auto key = idempotency_key(request.headers);
    if (!key) {
        return std::unexpected(std::move(key.error()));
    }
    if (!*key && who.key_required && route.rate != rate_kind::bulk) {
        return std::unexpected(invalid({"Idempotency-Key", "required by this project"}));
    }
    if (auto typed = check_content_type(request.headers); !typed) {
        return std::unexpected(std::move(typed.error()));
    }
    const auto body = parse_body(request.body);
    if (!body) {
        return std::unexpected(body.error());
    }
    auto what = parse_at(route.id, *body, now);
    if (!what) {
        return std::unexpected(std::move(what.error()));
    }
    planned_write write;
    write.project = who.project;
    write.path = request.path;
    write.key = std::move(*key);
    write.what = std::move(*what);
    write.backfill = route.rate == rate_kind::bulk || write.what.historical;
    write.bytes = request.body.size();
    if (write.key) {
        write.claim = wire::idempotency_claim{
            wire::derive_claim_key(write.project, *write.key),
            wire::derive_claim_body(write.path, json::canonical(*body))
        };
    }
    return write;
}

std::vector<wire::record> records_of(
    const planned_write& write, const publish_options& how, random& randomness
) {
    std::vector<wire::record> records;
    records.reserve(write.what.records.size());
    wire::ingest_record message;
    message.project = write.project;
    message.received_at = how.now;
    message.historical = write.what.historical;
    if (!how.claimed) {
        message.unverified = write.claim;
    }
    for (const auto& one : write.what.records) {
        message.id = id_of(write, one, how.now, randomness);
        message.kind = one.kind;
        message.body = one.body;
        message.natural = one.natural.has_value();
        records.push_back(wire::encode(message, one.user, how.topic));
        // In the order they stand in: what bears no time of its own keeps it.
        message.received_at += std::chrono::microseconds{1};
    }
    return records;
}

planned_mail plan_mail(
    const domain::project_id& project, const http::request& request, instant now
) {
    const auto body = parse_body(request.body);
    if (!body) {
        return std::unexpected(body.error());
    }
    const auto subject = mail_subject(*body);
    if (!subject) {
        return std::unexpected(subject.error());
    }
    wire::mail_event message;
    message.project = project;
    message.body = request.body;
    message.received_at = now;
    std::vector<wire::record> records;
    records.push_back(wire::encode(message, *subject));
    return records;
}

}  // namespace vf::ingest_gateway
