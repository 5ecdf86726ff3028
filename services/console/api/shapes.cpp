#include "console/api/shapes.hpp"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "vf/base/text.hpp"
#include "vf/base/time_text.hpp"
#include "vf/domain/ids.hpp"

namespace vf::console {

namespace {

void write_limit(
    json::writer& out, std::string_view name, const std::optional<std::int64_t>& limit
) {
    out.key(name);
    if (limit) {
        out.integer(*limit);
    } else {
        out.null();
    }
}

// Base64 where the bytes are no text, so that nothing is hidden or altered.
std::string printable(const std::string& bytes) {
    return is_utf8(bytes) ? bytes : to_base64(bytes);
}

void write_delivery_fields(json::writer& out, const delivery_row& it) {
    out.member("id", it.id).member("event_id", it.event).member("endpoint_id", it.endpoint);
    out.member("type", it.type).member("state", it.state).member("attempts", it.attempts);
    write_time(out, "next_attempt_at", it.next_attempt_at);
}

void write_attempt(json::writer& out, const attempt_row& it) {
    out.begin_object().member("run", it.run).member("attempt", it.attempt);
    write_time(out, "started_at", it.started_at);
    out.member("took_ms", it.took_microseconds / 1000).member("outcome", it.outcome);
    out.key("status");
    it.status ? out.integer(*it.status) : out.null();
    write_text(out, "error", it.error);
    write_text(out, "address", it.address);
    if (it.response_body) {
        write_bytes(out, "response_body", *it.response_body);
    } else {
        out.key("response_body").null();
    }
    out.end_object();
}

void write_quarantine_fields(json::writer& out, const quarantine_row& it) {
    out.member("id", it.id).member("code", it.code).member("field", it.field);
    out.member("stage", it.stage).member("fingerprint", it.fingerprint);
    write_time(out, "received_at", it.received_at);
    write_bytes(out, "body", it.body);
}

void write_headers(json::writer& out, const std::vector<wire::header>& headers) {
    out.key("headers").begin_array();
    for (const auto& header : headers) {
        out.begin_object().member("name", printable(header.name));
        write_bytes(out, "value", header.value);
        out.end_object();
    }
    out.end_array();
}

}  // namespace

void write_text(json::writer& out, std::string_view name, const std::optional<std::string>& text) {
    out.key(name);
    if (text) {
        out.string(*text);
    } else {
        out.null();
    }
}

void write_time(json::writer& out, std::string_view name, std::optional<instant> timestamp) {
    write_text(out, name, timestamp ? std::optional{format_instant(*timestamp)} : std::nullopt);
}

void write_bytes(json::writer& out, std::string_view name, std::string_view bytes) {
    if (is_utf8(bytes)) {
        out.member(name, bytes);
    } else {
        out.member(fmt::format("{}_base64", name), to_base64(bytes));
    }
}

std::string shown_id(const event_row& row) {
    const auto record = domain::record_id::from_uuid(row.record);
    return record ? domain::event_id_of(*record).text : row.record;
}

void write(json::writer& out, const created_id& it) {
    out.begin_object().member("id", it.id).end_object();
}

void write(json::writer& out, const created_key& it) {
    out.begin_object().member("id", it.id).member("secret", it.secret);
    out.member("last4", it.last4).end_object();
}

void write(json::writer& out, const rotated_key& it) {
    out.begin_object().member("id", it.created_key.id).member("secret", it.created_key.secret);
    out.member("last4", it.created_key.last4).member("replaces", it.replaces).end_object();
}

void write(json::writer& out, const created_endpoint& it) {
    out.begin_object().member("id", it.id).member("secret", it.secret).end_object();
}

void write(json::writer& out, const project_row& it) {
    out.begin_object().member("id", it.id).member("name", it.name);
    out.key("limits").begin_object();
    write_limit(out, "single", it.limits.single);
    write_limit(out, "batch", it.limits.batch);
    write_limit(out, "bulk", it.limits.bulk);
    out.end_object().member("require_idempotency_key", it.require_idempotency_key);
    out.key("retention_days");
    it.retention_days ? out.integer(*it.retention_days) : out.null();
    write_time(out, "created_at", it.created_at);
    out.end_object();
}

void write(json::writer& out, const key_row& it) {
    out.begin_object().member("id", it.id).member("name", it.name).member("last4", it.last4);
    write_time(out, "created_at", it.created_at);
    write_time(out, "revoked_at", it.revoked_at);
    write_time(out, "last_used_at", it.last_used_at);
    out.end_object();
}

void write(json::writer& out, const endpoint_row& it) {
    out.begin_object().member("id", it.id).member("url", it.url);
    out.key("event_types").begin_array();
    for (const auto& type : it.event_types) {
        out.string(type);
    }
    out.end_array().member("signature", it.signature);
    write_time(out, "created_at", it.created_at);
    write_time(out, "paused_until", it.paused_until);
    write_time(out, "disabled_at", it.disabled_at);
    write_text(out, "disabled_reason", it.disabled_reason);
    out.end_object();
}

void write(json::writer& out, const rule_row& it) {
    out.begin_object().member("id", it.id).member("kind", it.kind);
    out.member("preset", it.preset).member("state", it.state).end_object();
}

void write(json::writer& out, const user_row& it) {
    out.begin_object().member("external_user_id", it.external_user_id);
    write_text(out, "email", it.email);
    write_text(out, "name", it.name);
    out.key("traits").raw(it.traits).member("stage", it.stage);
    write_time(out, "first_seen_at", it.first_seen_at);
    write_time(out, "last_seen_at", it.last_seen_at);
    out.member("subscribed", it.subscribed).end_object();
}

void write(json::writer& out, const event_row& it) {
    out.begin_object().member("id", shown_id(it)).member("name", it.name);
    out.key("properties").raw(it.properties);
    write_time(out, "occurred_at", it.occurred_at);
    write_time(out, "received_at", it.received_at);
    write_time(out, "attached_at", it.attached_at);
    out.end_object();
}

void write(json::writer& out, const draft_row& it) {
    out.begin_object().member("id", it.id).member("rule", it.rule);
    out.member("status", it.status);
    write_time(out, "created_at", it.created_at);
    out.end_object();
}

void write(json::writer& out, const delivery_row& it) {
    out.begin_object();
    write_delivery_fields(out, it);
    out.end_object();
}

void write(json::writer& out, const delivery_detail& it) {
    out.begin_object();
    write_delivery_fields(out, it.delivery);
    out.member("project_id", it.delivery.project).member("run", it.delivery.run);
    write_time(out, "created_at", it.delivery.created_at);
    write_time(out, "settled_at", it.delivery.settled_at);
    out.key("history").begin_array();
    for (const auto& attempt : it.attempts) {
        write_attempt(out, attempt);
    }
    out.end_array().end_object();
}

void write(json::writer& out, const quarantine_row& it) {
    out.begin_object();
    write_quarantine_fields(out, it);
    out.end_object();
}

void write(json::writer& out, const quarantine_group& it) {
    out.begin_object().member("fingerprint", it.fingerprint).member("stage", it.stage);
    out.member("code", it.code).member("field", it.field).member("detail", it.detail);
    out.member("count", it.count).member("open", it.open).member("projects", it.projects);
    write_time(out, "first_at", it.first_at);
    write_time(out, "last_at", it.last_at);
    out.key("samples").begin_array();
    for (const auto& sample : it.samples) {
        out.string(sample);
    }
    out.end_array().end_object();
}

void write(json::writer& out, const quarantine_detail& detail) {
    const quarantine_row& it = detail.item;
    out.begin_object();
    write_quarantine_fields(out, it);
    write_text(out, "project_id", it.project);
    write_text(out, "event_id", it.event);
    out.member("detail", it.detail);
    out.key("source").begin_object().member("topic", it.original.topic);
    out.member("partition", std::int64_t{it.original.partition});
    out.member("offset", it.original.offset).end_object();
    if (it.original.key) {
        write_bytes(out, "key", *it.original.key);
    } else {
        out.key("key").null();
    }
    write_headers(out, it.original.headers);
    out.member("value_base64", to_base64(it.original.value));
    write_time(out, "set_aside_at", it.set_aside_at);
    write_time(out, "replayed_at", it.replayed_at);
    write_time(out, "attached_at", it.attached_at);
    out.member("replays", it.replays).end_object();
}

void write(json::writer& out, const dead_letter_row& it) {
    out.begin_object().member("id", it.id).member("delivery_id", it.delivery);
    out.member("event_id", it.event).member("cause", it.cause);
    out.member("attempts", it.attempts).end_object();
}

void write(json::writer& out, const audit_row& it) {
    out.begin_object().member("id", it.id);
    write_time(out, "at", it.timestamp);
    out.member("actor", it.entry.actor).member("action", it.entry.action);
    out.member("target", it.entry.target);
    write_text(out, "reason", it.entry.reason);
    out.key("detail").raw(it.entry.detail).end_object();
}

void write(json::writer& out, const stage_row& it) {
    out.begin_object().member("stage", it.stage).member("waiting", it.waiting);
    // Milliseconds are finer than anybody acts on.
    const double seconds = std::round(it.oldest_seconds * 1000) / 1000;
    out.key("oldest_seconds").raw(fmt::format("{}", seconds)).end_object();
}

}  // namespace vf::console
