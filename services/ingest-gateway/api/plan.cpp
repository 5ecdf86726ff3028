#include "ingest-gateway/api/plan.hpp"

#include <chrono>
#include <utility>

#include "ingest-gateway/api/idempotency.hpp"
#include "ingest-gateway/parse/parse_mail.hpp"
#include "ingest-gateway/parse/parse_request.hpp"
#include "vf/wire/derived_ids.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

namespace vf::ingest_gateway {

namespace {

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

std::expected<planned_write, refusal> plan_write(
    const route_traits& route, const customer& customer, const http::request& request, instant now
) {
    auto key = idempotency_key(request.headers);
    if (!key) {
        return std::unexpected(std::move(key.error()));
    }
    if (!*key && customer.key_required && route.rate != rate_kind::bulk) {
        return std::unexpected(invalid({"Idempotency-Key", "required by this project"}));
    }
    if (auto checked = check_content_type(request.headers); !checked) {
        return std::unexpected(std::move(checked.error()));
    }
    const auto digest = *key ? digest::of_body : digest::none;
    auto content = parse_request(route.id, request.body, now, digest);
    if (!content) {
        return std::unexpected(std::move(content.error()));
    }
    planned_write write;
    write.project = customer.project;
    write.path = request.path;
    write.key = std::move(*key);
    write.content = std::move(*content);
    write.backfill = route.rate == rate_kind::bulk || write.content.historical;
    write.bytes = request.body.size();
    if (write.key) {
        write.claim = wire::idempotency_claim{
            wire::derive_claim_key(write.project, *write.key),
            wire::derive_claim_body(write.path, std::exchange(write.content.canonical, {}))
        };
    }
    return write;
}

std::vector<wire::record> records_of(
    const planned_write& write, const publish_options& options, random& randomness
) {
    std::vector<wire::record> records;
    records.reserve(write.content.records.size());
    wire::ingest_envelope envelope;
    envelope.project = write.project;
    envelope.received_at = options.received_at;
    envelope.historical = write.content.historical;
    if (!options.claimed) {
        envelope.unverified = write.claim;
    }
    for (const auto& record : write.content.records) {
        envelope.id = id_of(write, record, options.received_at, randomness);
        envelope.kind = record.kind;
        envelope.natural = record.natural.has_value();
        records.push_back(wire::encode(envelope, record.body, record.user, options.topic));
        // In the order they stand in: what bears no time of its own keeps it.
        envelope.received_at += std::chrono::microseconds{1};
    }
    return records;
}

wire::record plan_mail(const domain::project_id& project, std::string_view body, instant now) {
    return wire::encode({project, wire::mail_source::postmark, now}, body, mail_subject(body));
}

}  // namespace vf::ingest_gateway
