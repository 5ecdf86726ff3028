#include "plan.hpp"

#include <string>
#include <utility>

#include "idempotency.hpp"
#include "parse_body.hpp"
#include "parse_events.hpp"
#include "parse_mail.hpp"
#include "parse_users.hpp"
#include "vf/base/assert.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

namespace vf::ingest_gateway {

namespace {

incoming_records parse_at(door at, const json::value& body, instant now) {
    switch (at) {
        case door::users:
            return parse_user(body, now);
        case door::events:
            return parse_event(body, now);
        case door::batch:
            return parse_event_batch(body, now);
        case door::postmark:
            break;
    }
    VF_ASSERT(false);
}

// The parsed body is let go before anything waits for the broker.
incoming_records parse_records(door at, const http::request& asked, instant now) {
    if (auto typed = check_content_type(asked.headers); !typed) {
        return std::unexpected(std::move(typed.error()));
    }
    const auto body = parse_body(asked.body);
    if (!body) {
        return std::unexpected(body.error());
    }
    return parse_at(at, *body, now);
}

}  // namespace

planned_records plan_records(
    door at, const domain::project_id& project, const http::request& asked, const moment& when
) {
    const auto key = idempotency_key(asked.headers);
    if (!key) {
        return std::unexpected(key.error());
    }
    const auto incoming = parse_records(at, asked, when.now);
    if (!incoming) {
        return std::unexpected(incoming.error());
    }
    const id_scope scope{project, asked.path, *key};
    const auto ids = record_ids(scope, incoming->size(), when.now, when.randomness);
    std::vector<wire::record> records;
    records.reserve(incoming->size());
    for (std::size_t i = 0; i < incoming->size(); ++i) {
        const incoming_record& one = (*incoming)[i];
        wire::ingest_record message;
        message.project = project;
        message.id = ids[i];
        message.kind = one.kind;
        message.body = one.body;
        message.received_at = when.now;
        records.push_back(wire::encode(message, one.user, wire::topic::ingest));
    }
    return records;
}

planned_records plan_mail(
    const domain::project_id& project, const http::request& asked, instant now
) {
    const auto body = parse_body(asked.body);
    if (!body) {
        return std::unexpected(body.error());
    }
    const auto subject = mail_subject(*body);
    if (!subject) {
        return std::unexpected(subject.error());
    }
    wire::mail_event message;
    message.project = project;
    message.body = asked.body;
    message.received_at = now;
    std::vector<wire::record> records;
    records.push_back(wire::encode(message, *subject));
    return records;
}

}  // namespace vf::ingest_gateway
