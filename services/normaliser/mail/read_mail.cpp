#include "normaliser/mail/read_mail.hpp"

#include <string_view>
#include <utility>

#include "normaliser/ingest/normalise.hpp"
#include "vf/base/time_text.hpp"
#include "vf/domain/reasons.hpp"
#include "vf/json/parse.hpp"
#include "vf/wire/derived_ids.hpp"

namespace vf::normaliser {

namespace {

namespace reason = domain::reason;

std::string text_at(const json::value& body, std::string_view name) {
    return std::string{body.string_at(name).value_or("")};
}

wire::set_aside_reason invalid(std::string field, std::string detail) {
    auto why = reason_of(reason::invalid_body, std::move(detail));
    why.field = std::move(field);
    return why;
}

// Each field with its length before it, so that no two notices read the same.
std::string dedupe_text(std::initializer_list<std::string_view> fields) {
    std::string text;
    for (const auto field : fields) {
        text += std::to_string(field.size());
        text += ':';
        text += field;
    }
    return text;
}

std::optional<domain::draft_id> draft_hint(const json::value& body) {
    const auto* metadata = body.find("Metadata");
    const auto draft = metadata == nullptr ? std::nullopt : metadata->string_at("draftId");
    if (!draft || draft->empty()) {
        return std::nullopt;
    }
    return domain::draft_id{std::string{*draft}};
}

mail_reading read_notice(
    const wire::mail_event& message, const json::value& body, const mail_kind& kind
) {
    mail_notice notice;
    notice.project = message.project;
    notice.type = kind.webhook_type;
    notice.message_id = text_at(body, "MessageID");
    notice.recipient = text_at(body, kind.recipient_field);
    notice.draft = draft_hint(body);
    notice.received_at = message.received_at;
    if (notice.message_id.empty()) {
        return invalid("MessageID", "required");
    }
    const auto time_text = text_at(body, kind.occurred_at_field);
    notice.occurred_at = message.received_at;
    if (!time_text.empty()) {
        const auto timestamp = parse_instant(time_text);
        if (!timestamp) {
            return invalid(std::string{kind.occurred_at_field}, "Invalid timestamp");
        }
        notice.occurred_at = *timestamp;
    }
    notice.data = kind.data(body, notice.occurred_at);
    const auto dedupe = dedupe_text(
        {kind.record_type, notice.message_id, notice.recipient, time_text,
         text_at(body, kind.distinguishing_field)}
    );
    notice.id = wire::derive_event_id(message.project, notice.type, dedupe);
    return notice;
}

}  // namespace

mail_reading read_mail(const wire::mail_event& message) {
    const auto body = json::parse(message.body);
    if (!body) {
        return invalid({}, body.error().code + " " + body.error().detail);
    }
    const auto record_type = text_at(body->root(), "RecordType");
    if (const auto* kind = find_mail_kind(record_type)) {
        return read_notice(message, body->root(), *kind);
    }
    if (is_ignored_mail(record_type)) {
        return ignored_mail{record_type};
    }
    auto why = reason_of(reason::unknown_mail_kind, record_type);
    why.field = "RecordType";
    return why;
}

}  // namespace vf::normaliser
