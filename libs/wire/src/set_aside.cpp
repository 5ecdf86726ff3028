#include "vf/wire/set_aside.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include "envelope.hpp"
#include "vf/v1/set_aside.pb.h"
#include "vf/wire/derived_ids.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

namespace vf::wire {

namespace {

template <class Message>
void describe(quarantined& item, Message message) {
    item.project = std::move(message.project);
    item.received_at = message.received_at;
    item.body = std::move(message.body);
}

// What an item has beside the value and the key: texts of ours.
constexpr std::size_t item_overhead = 64U << 10U;
// Of a body that does not go beside its value: who it is from and to stands there, for people to
// read and for erasures to find.
constexpr std::size_t body_front = 64U << 10U;

// Whatever lies on a topic becomes an item: the body is in the value as well, and of what is still
// too large the front is kept.
void fit(quarantined& item) {
    record& original = item.original;
    std::size_t rest = original.key ? original.key->size() : 0;
    for (const auto& [name, value] : original.headers) {
        rest += name.size() + value.size();
    }
    constexpr auto usual = static_cast<std::size_t>(record_bytes_max) - item_overhead;
    constexpr auto room = static_cast<std::size_t>(large_record_bytes_max) - 2 * item_overhead;
    const auto size = [&] {
        return rest + original.value.size() + (item.body ? item.body->size() : 0);
    };
    if (size() > usual && item.body) {
        item.body->resize(std::min(item.body->size(), body_front));
    }
    if (size() > room && rest > item_overhead) {
        original.key.reset();
        original.headers.clear();
        rest = 0;
        item.reason.detail += " (without its key and headers)";
    }
    if (size() > room) {
        item.reason.detail += " (of " + std::to_string(original.value.size()) + " bytes)";
        original.value.resize(room - rest - (item.body ? item.body->size() : 0));
    }
}

}  // namespace

quarantined set_aside(const record& original, set_aside_reason why, instant now) {
    quarantined item;
    item.id = derive_quarantine_id(original.source());
    item.reason = std::move(why);
    item.set_aside_at = now;
    // Of a record without a time Kafka says −1.
    item.received_at = std::max(original.timestamp, instant{});
    item.original = original;
    if (original.topic == topic::mail || original.topic == topic::mail_large) {
        if (auto mail = decode_mail(original)) {
            describe(item, std::move(*mail));
        }
    } else if (original.topic == topic::ingest || original.topic == topic::ingest_backfill) {
        if (auto ingest = decode_ingest(original)) {
            describe(item, std::move(*ingest));
        }
    } else if (original.topic == topic::webhooks) {
        if (auto event = decode_webhook(original)) {
            item.project = event->project;
        }
    } else if (original.topic == topic::fired) {
        if (auto fired = decode_fired(original)) {
            item.project = fired->project;
        }
    }
    fit(item);
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

    record record;
    record.key = message.id.text;
    record.value = out.SerializeAsString();
    // Room for what the wire adds.
    constexpr auto usual = static_cast<std::size_t>(record_bytes_max) - 1'024;
    record.topic = record.value.size() <= usual ? topic::quarantine : topic::quarantine_large;
    return record;
}

result<quarantined> decode_quarantined(const record& record) {
    auto set_aside = parse_message<v1::set_aside>(record, [](const v1::set_aside& message) {
        return !message.item_id().empty() && !message.code().empty() &&
               is_time(message.set_aside_at()) && is_time(message.received_at());
    });
    if (!set_aside) {
        return forward(set_aside);
    }
    quarantined item;
    item.id = domain::quarantine_id{set_aside->item_id()};
    item.project = domain::project_id{set_aside->project_id()};
    item.reason = {set_aside->stage(), set_aside->code(), set_aside->field(), set_aside->detail()};
    item.set_aside_at = from_microseconds(set_aside->set_aside_at());
    item.received_at = from_microseconds(set_aside->received_at());
    item.original.topic = set_aside->topic();
    item.original.partition = set_aside->partition();
    item.original.offset = set_aside->offset();
    item.original.timestamp = item.received_at;
    if (set_aside->has_key()) {
        item.original.key = set_aside->key();
    }
    item.original.value = std::move(*set_aside->mutable_value());
    for (auto& header : *set_aside->mutable_headers()) {
        item.original.headers.push_back(
            {std::move(*header.mutable_name()), std::move(*header.mutable_value())}
        );
    }
    if (set_aside->has_body()) {
        item.body = std::move(*set_aside->mutable_body());
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

    record record;
    record.topic = topic::dead_letter;
    record.key = message.endpoint.text;
    record.value = out.SerializeAsString();
    return record;
}

result<dead_letter> decode_dead_letter(const record& record) {
    auto set_aside = parse_message<v1::set_aside>(record, [](const v1::set_aside& message) {
        return !message.item_id().empty() && !message.delivery_id().empty() &&
               is_time(message.set_aside_at());
    });
    if (!set_aside) {
        return forward(set_aside);
    }
    dead_letter letter;
    letter.id = set_aside->item_id();
    letter.project = domain::project_id{set_aside->project_id()};
    letter.delivery = domain::delivery_id{set_aside->delivery_id()};
    letter.event = domain::event_id{set_aside->event_id()};
    letter.endpoint = domain::endpoint_id{set_aside->endpoint_id()};
    letter.cause = set_aside->code();
    letter.detail = set_aside->detail();
    letter.attempts = set_aside->attempts();
    letter.died_at = from_microseconds(set_aside->set_aside_at());
    return letter;
}

}  // namespace vf::wire
