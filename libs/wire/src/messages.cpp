#include "vf/wire/messages.hpp"

#include "envelope.hpp"
#include "vf/v1/delivery_nudge.pb.h"
#include "vf/v1/ingest_record.pb.h"
#include "vf/v1/mail_event.pb.h"
#include "vf/v1/rule_fired.pb.h"
#include "vf/v1/webhook_event.pb.h"
#include "vf/wire/topics.hpp"

namespace vf::wire {

namespace {

template <class Message>
record make_record(std::string_view topic, std::string key, const Message& message) {
    record made;
    made.topic = topic;
    made.key = std::move(key);
    made.value = message.SerializeAsString();
    return made;
}

std::unexpected<error> undecodable(std::string detail) {
    return fail(failure::data, std::string{domain::reason::undecodable_record}, std::move(detail));
}

}  // namespace

namespace {

v1::ingest_record::kind_t kind_of(ingest_kind kind) {
    switch (kind) {
        case ingest_kind::user:
            return v1::ingest_record::KIND_USER;
        case ingest_kind::event:
            return v1::ingest_record::KIND_EVENT;
        case ingest_kind::probe:
            return v1::ingest_record::KIND_PROBE;
    }
    return v1::ingest_record::KIND_UNSPECIFIED;
}

std::optional<ingest_kind> kind_of(v1::ingest_record::kind_t kind) {
    switch (kind) {
        case v1::ingest_record::KIND_USER:
            return ingest_kind::user;
        case v1::ingest_record::KIND_EVENT:
            return ingest_kind::event;
        case v1::ingest_record::KIND_PROBE:
            return ingest_kind::probe;
        default:
            return std::nullopt;
    }
}

}  // namespace

record encode(
    const ingest_record& message, const domain::external_user_id& user, std::string_view topic
) {
    v1::ingest_record out;
    out.set_version(message_version);
    out.set_project_id(message.project.text);
    out.set_record_id(message.id.bytes.data(), message.id.bytes.size());
    out.set_kind(kind_of(message.kind));
    out.set_body(message.body);
    out.set_received_at(to_microseconds(message.received_at));
    out.set_historical(message.historical);
    out.set_natural(message.natural);
    if (message.unsettled) {
        const auto& [key, body] = *message.unsettled;
        out.set_unsettled_key(key.bytes.data(), key.bytes.size());
        out.set_unsettled_body(body.bytes.data(), body.bytes.size());
    }
    return make_record(topic, ordered_key(message.project.text, user.text), out);
}

result<ingest_record> decode_ingest(const record& from) {
    auto in = parse_message<v1::ingest_record>(from, [](const v1::ingest_record& message) {
        return !message.project_id().empty();
    });
    if (!in) {
        return forward(in);
    }
    const auto id = domain::record_id::from_raw(in->record_id());
    if (!id) {
        return undecodable("record_id is not 16 bytes");
    }
    const auto kind = kind_of(in->kind());
    if (!kind) {
        return undecodable("kind " + std::to_string(in->kind()));
    }
    ingest_record message;
    message.project = domain::project_id{in->project_id()};
    message.id = *id;
    message.kind = *kind;
    message.body = std::move(*in->mutable_body());
    message.received_at = from_microseconds(in->received_at());
    message.historical = in->historical();
    message.natural = in->natural();
    if (!in->unsettled_key().empty() || !in->unsettled_body().empty()) {
        const auto key = domain::record_id::from_raw(in->unsettled_key());
        const auto claimed = domain::record_id::from_raw(in->unsettled_body());
        if (!key || !claimed) {
            return undecodable("the unsettled claim is not twice 16 bytes");
        }
        message.unsettled = idempotency_claim{*key, *claimed};
    }
    return message;
}

record encode(const mail_event& message, std::string_view subject) {
    v1::mail_event out;
    out.set_version(message_version);
    out.set_project_id(message.project.text);
    out.set_source(v1::mail_event::SOURCE_POSTMARK);
    out.set_body(message.body);
    out.set_received_at(to_microseconds(message.received_at));
    return make_record(topic::mail, ordered_key(message.project.text, subject), out);
}

result<mail_event> decode_mail(const record& from) {
    auto in = parse_message<v1::mail_event>(from, [](const v1::mail_event& message) {
        return !message.project_id().empty();
    });
    if (!in) {
        return forward(in);
    }
    if (in->source() != v1::mail_event::SOURCE_POSTMARK) {
        return undecodable("source " + std::to_string(in->source()));
    }
    mail_event message;
    message.project = domain::project_id{in->project_id()};
    message.body = std::move(*in->mutable_body());
    message.received_at = from_microseconds(in->received_at());
    return message;
}

record encode(const webhook_event& message, const domain::external_user_id& user) {
    v1::webhook_event out;
    out.set_version(message_version);
    out.set_project_id(message.project.text);
    out.set_event_id(message.id.text);
    out.set_type(message.type);
    out.set_body(message.body);
    out.set_created_at(to_microseconds(message.created_at));
    return make_record(topic::webhooks, ordered_key(message.project.text, user.text), out);
}

result<webhook_event> decode_webhook(const record& from) {
    auto in = parse_message<v1::webhook_event>(from, [](const v1::webhook_event& message) {
        return !message.project_id().empty() && !message.event_id().empty();
    });
    if (!in) {
        return forward(in);
    }
    webhook_event message;
    message.project = domain::project_id{in->project_id()};
    message.id = domain::event_id{in->event_id()};
    message.type = in->type();
    message.body = std::move(*in->mutable_body());
    message.created_at = from_microseconds(in->created_at());
    return message;
}

record encode(const delivery_nudge& message) {
    v1::delivery_nudge out;
    out.set_version(message_version);
    out.set_delivery_id(message.delivery.text);
    out.set_endpoint_id(message.endpoint.text);
    out.set_due_at(to_microseconds(message.due_at));
    out.set_resend_id(message.resend_id);
    return make_record(topic::deliveries, message.endpoint.text, out);
}

result<delivery_nudge> decode_nudge(const record& from) {
    auto in = parse_message<v1::delivery_nudge>(from, [](const v1::delivery_nudge& message) {
        return !message.delivery_id().empty();
    });
    if (!in) {
        return forward(in);
    }
    delivery_nudge message;
    message.delivery = domain::delivery_id{in->delivery_id()};
    message.endpoint = domain::endpoint_id{in->endpoint_id()};
    message.due_at = from_microseconds(in->due_at());
    message.resend_id = in->resend_id();
    return message;
}

record encode(const rule_fired& message) {
    v1::rule_fired out;
    out.set_version(message_version);
    out.set_project_id(message.project.text);
    out.set_fire_id(message.fire_id);
    out.set_rule_id(message.rule.text);
    out.set_preset(message.preset);
    out.set_external_user_id(message.user.text);
    out.set_draft_id(message.draft.text);
    out.set_fired_at(to_microseconds(message.fired_at));
    return make_record(topic::fired, ordered_key(message.project.text, message.user.text), out);
}

result<rule_fired> decode_fired(const record& from) {
    auto in = parse_message<v1::rule_fired>(from, [](const v1::rule_fired& message) {
        return !message.project_id().empty() && !message.fire_id().empty();
    });
    if (!in) {
        return forward(in);
    }
    rule_fired message;
    message.project = domain::project_id{in->project_id()};
    message.fire_id = in->fire_id();
    message.rule = domain::rule_id{in->rule_id()};
    message.preset = in->preset();
    message.user = domain::external_user_id{in->external_user_id()};
    message.draft = domain::draft_id{in->draft_id()};
    message.fired_at = from_microseconds(in->fired_at());
    return message;
}

}  // namespace vf::wire
