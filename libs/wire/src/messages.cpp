#include "vf/wire/messages.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/message_lite.h>

#include "envelope.hpp"
#include "vf/domain/limits.hpp"
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
    record record;
    record.topic = topic;
    record.key = std::move(key);
    record.value = message.SerializeAsString();
    return record;
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
    const ingest_envelope& envelope, std::string_view body, const domain::external_user_id& user,
    std::string_view topic
) {
    // One for each thread, whose fields keep their memory: there are a hundred thousand a second.
    thread_local v1::ingest_record out;
    out.Clear();
    out.set_version(message_version);
    out.set_project_id(envelope.project.text);
    out.set_record_id(envelope.id.bytes.data(), envelope.id.bytes.size());
    out.set_kind(kind_of(envelope.kind));
    out.set_body(body.data(), body.size());
    out.set_received_at(to_microseconds(envelope.received_at));
    out.set_historical(envelope.historical);
    out.set_natural(envelope.natural);
    if (envelope.unverified) {
        const auto& [key, claimed_body] = *envelope.unverified;
        out.set_unsettled_key(key.bytes.data(), key.bytes.size());
        out.set_unsettled_body(claimed_body.bytes.data(), claimed_body.bytes.size());
    }
    return make_record(topic, ordered_key(envelope.project.text, user.text), out);
}

record encode(
    const ingest_record& message, const domain::external_user_id& user, std::string_view topic
) {
    return encode(message, message.body, user, topic);
}

result<ingest_record> decode_ingest(const record& record) {
    auto parsed_message =
        parse_message<v1::ingest_record>(record, [](const v1::ingest_record& message) {
            return !message.project_id().empty() && is_time(message.received_at());
        });
    if (!parsed_message) {
        return forward(parsed_message);
    }
    const auto id = domain::record_id::from_raw(parsed_message->record_id());
    if (!id) {
        return undecodable("record_id is not 16 bytes");
    }
    const auto kind = kind_of(parsed_message->kind());
    if (!kind) {
        return undecodable("kind " + std::to_string(parsed_message->kind()));
    }
    ingest_record message;
    message.project = domain::project_id{parsed_message->project_id()};
    message.id = *id;
    message.kind = *kind;
    message.body = std::move(*parsed_message->mutable_body());
    message.received_at = from_microseconds(parsed_message->received_at());
    message.historical = parsed_message->historical();
    message.natural = parsed_message->natural();
    if (!parsed_message->unsettled_key().empty() || !parsed_message->unsettled_body().empty()) {
        const auto key = domain::record_id::from_raw(parsed_message->unsettled_key());
        const auto claimed = domain::record_id::from_raw(parsed_message->unsettled_body());
        if (!key || !claimed) {
            return undecodable("the unsettled claim is not twice 16 bytes");
        }
        message.unverified = idempotency_claim{*key, *claimed};
    }
    return message;
}

namespace {

// The message, then one field more of it: a body may have 50 megabytes, and is copied once.
void append_bytes_field(
    std::string& to, const google::protobuf::MessageLite& message, int field, std::string_view bytes
) {
    using google::protobuf::io::CodedOutputStream;
    constexpr std::uint32_t length_delimited = 2;
    constexpr std::size_t lengths_max = 10;
    std::array<std::uint8_t, lengths_max> lengths{};
    auto* end = CodedOutputStream::WriteVarint32ToArray(
        static_cast<std::uint32_t>(field) << 3U | length_delimited, lengths.data()
    );
    end = CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(bytes.size()), end);
    to.reserve(message.ByteSizeLong() + lengths_max + bytes.size());
    message.AppendToString(&to);
    to.append(lengths.data(), end);
    to += bytes;
}

constexpr std::array<std::pair<mail_source, v1::mail_event::source_t>, 3> mail_sources{{
    {mail_source::postmark, v1::mail_event::SOURCE_POSTMARK},
    {mail_source::one_click, v1::mail_event::SOURCE_ONE_CLICK},
    {mail_source::console, v1::mail_event::SOURCE_CONSOLE},
}};

}  // namespace

record encode(const mail_envelope& envelope, std::string_view body, std::string_view subject) {
    v1::mail_event out;
    out.set_version(message_version);
    out.set_project_id(envelope.project.text);
    const auto* const source = std::ranges::find(
        mail_sources, envelope.source, &decltype(mail_sources)::value_type::first
    );
    out.set_source(source->second);
    out.set_received_at(to_microseconds(envelope.received_at));
    record record;
    const bool usual = body.size() <= domain::limits::mail_usual_bytes;
    record.topic = usual ? topic::mail : topic::mail_large;
    if (!subject.empty()) {
        record.key = ordered_key(envelope.project.text, subject);
    }
    append_bytes_field(record.value, out, v1::mail_event::kBodyFieldNumber, body);
    return record;
}

record encode(const mail_event& message, std::string_view subject) {
    const mail_envelope envelope{message.project, message.source, message.received_at};
    return encode(envelope, message.body, subject);
}

result<mail_event> decode_mail(const record& record) {
    auto parsed_message = parse_message<v1::mail_event>(record, [](const v1::mail_event& message) {
        return !message.project_id().empty() && is_time(message.received_at());
    });
    if (!parsed_message) {
        return forward(parsed_message);
    }
    const auto* const source = std::ranges::find(
        mail_sources, parsed_message->source(), &decltype(mail_sources)::value_type::second
    );
    if (source == mail_sources.end()) {
        return undecodable("source " + std::to_string(parsed_message->source()));
    }
    mail_event message;
    message.source = source->first;
    message.project = domain::project_id{parsed_message->project_id()};
    message.body = std::move(*parsed_message->mutable_body());
    message.received_at = from_microseconds(parsed_message->received_at());
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

result<webhook_event> decode_webhook(const record& record) {
    auto parsed_message =
        parse_message<v1::webhook_event>(record, [](const v1::webhook_event& message) {
            return !message.project_id().empty() && !message.event_id().empty() &&
                   is_time(message.created_at());
        });
    if (!parsed_message) {
        return forward(parsed_message);
    }
    webhook_event message;
    message.project = domain::project_id{parsed_message->project_id()};
    message.id = domain::event_id{parsed_message->event_id()};
    message.type = parsed_message->type();
    message.body = std::move(*parsed_message->mutable_body());
    message.created_at = from_microseconds(parsed_message->created_at());
    return message;
}

record encode(const delivery_nudge& message) {
    v1::delivery_nudge out;
    out.set_version(message_version);
    out.set_delivery_id(message.delivery.text);
    out.set_endpoint_id(message.endpoint.text);
    out.set_project_id(message.project.text);
    out.set_due_at(to_microseconds(message.due_at));
    out.set_resend_id(message.resend_id);
    return make_record(topic::deliveries, message.endpoint.text, out);
}

result<delivery_nudge> decode_nudge(const record& record) {
    auto parsed_message =
        parse_message<v1::delivery_nudge>(record, [](const v1::delivery_nudge& message) {
            return !message.delivery_id().empty() && is_time(message.due_at());
        });
    if (!parsed_message) {
        return forward(parsed_message);
    }
    delivery_nudge message;
    message.delivery = domain::delivery_id{parsed_message->delivery_id()};
    message.endpoint = domain::endpoint_id{parsed_message->endpoint_id()};
    message.project = domain::project_id{parsed_message->project_id()};
    message.due_at = from_microseconds(parsed_message->due_at());
    message.resend_id = parsed_message->resend_id();
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

result<rule_fired> decode_fired(const record& record) {
    auto parsed_message = parse_message<v1::rule_fired>(record, [](const v1::rule_fired& message) {
        return !message.project_id().empty() && !message.fire_id().empty() &&
               is_time(message.fired_at());
    });
    if (!parsed_message) {
        return forward(parsed_message);
    }
    rule_fired message;
    message.project = domain::project_id{parsed_message->project_id()};
    message.fire_id = parsed_message->fire_id();
    message.rule = domain::rule_id{parsed_message->rule_id()};
    message.preset = parsed_message->preset();
    message.user = domain::external_user_id{parsed_message->external_user_id()};
    message.draft = domain::draft_id{parsed_message->draft_id()};
    message.fired_at = from_microseconds(parsed_message->fired_at());
    return message;
}

}  // namespace vf::wire
