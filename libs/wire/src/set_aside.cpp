#include "vf/wire/set_aside.hpp"

#include "envelope.hpp"
#include "vf/v1/set_aside.pb.h"
#include "vf/wire/derived_ids.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

namespace vf::wire {

quarantined set_aside(const record& original, set_aside_reason why, instant now) {
    quarantined item;
    item.id = derive_quarantine_id(original.source());
    item.reason = std::move(why);
    item.set_aside_at = now;
    item.received_at = original.timestamp;
    item.original = original;
    if (original.topic == topic::mail) {
        if (auto mail = decode_mail(original)) {
            item.project = mail->project;
            item.received_at = mail->received_at;
            item.body = std::move(mail->body);
        }
    } else if (auto ingest = decode_ingest(original)) {
        item.project = ingest->project;
        item.received_at = ingest->received_at;
        item.body = std::move(ingest->body);
    }
    return item;
}

record encode(const quarantined& message) {
    v1::set_aside out;
    out.set_version(message_version);
    out.set_item_id(message.id.text);
    out.set_project_id(message.project.text);
    out.set_stage(message.reason.stage);
    out.set_code(message.reason.code);
    out.set_field(message.reason.field);
    out.set_detail(message.reason.detail);
    out.set_set_aside_at(to_microseconds(message.set_aside_at));
    out.set_received_at(to_microseconds(message.received_at));
    out.set_topic(message.original.topic);
    out.set_partition(message.original.partition);
    out.set_offset(message.original.offset);
    out.set_has_key(message.original.key.has_value());
    out.set_key(message.original.key.value_or(""));
    out.set_value(message.original.value);
    for (const auto& header : message.original.headers) {
        auto* added = out.add_headers();
        added->set_name(header.name);
        added->set_value(header.value);
    }
    out.set_has_body(message.body.has_value());
    out.set_body(message.body.value_or(""));

    record made;
    made.topic = topic::quarantine;
    made.key = message.id.text;
    made.value = out.SerializeAsString();
    return made;
}

result<quarantined> decode_quarantined(const record& from) {
    auto in = parse_message<v1::set_aside>(from, [](const v1::set_aside& message) {
        return !message.item_id().empty() && !message.code().empty();
    });
    if (!in) {
        return forward(in);
    }
    quarantined item;
    item.id = domain::quarantine_id{in->item_id()};
    item.project = domain::project_id{in->project_id()};
    item.reason = {in->stage(), in->code(), in->field(), in->detail()};
    item.set_aside_at = from_microseconds(in->set_aside_at());
    item.received_at = from_microseconds(in->received_at());
    item.original.topic = in->topic();
    item.original.partition = in->partition();
    item.original.offset = in->offset();
    item.original.timestamp = item.received_at;
    if (in->has_key()) {
        item.original.key = in->key();
    }
    item.original.value = std::move(*in->mutable_value());
    for (auto& header : *in->mutable_headers()) {
        item.original.headers.push_back(
            {std::move(*header.mutable_name()), std::move(*header.mutable_value())}
        );
    }
    if (in->has_body()) {
        item.body = std::move(*in->mutable_body());
    }
    return item;
}

record encode(const dead_letter& message) {
    v1::set_aside out;
    out.set_version(message_version);
    out.set_item_id(message.id);
    out.set_project_id(message.project.text);
    out.set_stage("delivery");
    out.set_code(message.cause);
    out.set_detail(message.detail);
    out.set_set_aside_at(to_microseconds(message.died_at));
    out.set_delivery_id(message.delivery.text);
    out.set_event_id(message.event.text);
    out.set_endpoint_id(message.endpoint.text);
    out.set_attempts(message.attempts);

    record made;
    made.topic = topic::dead_letter;
    made.key = message.endpoint.text;
    made.value = out.SerializeAsString();
    return made;
}

result<dead_letter> decode_dead_letter(const record& from) {
    auto in = parse_message<v1::set_aside>(from, [](const v1::set_aside& message) {
        return !message.item_id().empty() && !message.delivery_id().empty();
    });
    if (!in) {
        return forward(in);
    }
    dead_letter letter;
    letter.id = in->item_id();
    letter.project = domain::project_id{in->project_id()};
    letter.delivery = domain::delivery_id{in->delivery_id()};
    letter.event = domain::event_id{in->event_id()};
    letter.endpoint = domain::endpoint_id{in->endpoint_id()};
    letter.cause = in->code();
    letter.detail = in->detail();
    letter.attempts = in->attempts();
    letter.died_at = from_microseconds(in->set_aside_at());
    return letter;
}

}  // namespace vf::wire
