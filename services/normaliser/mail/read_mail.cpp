#include "normaliser/mail/read_mail.hpp"

#include <string_view>
#include <utility>

#include "normaliser/ingest/normalise.hpp"
#include "normaliser/mail/match_mail.hpp"
#include "vf/base/assert.hpp"
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

// Each part with its length before it, so that no two notices read the same.
std::string dedupe_text(std::initializer_list<std::string_view> fields) {
    std::string text;
    for (const auto part : fields) {
        text += std::to_string(part.size());
        text += ':';
        text += part;
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

mail_reading read_notice(const wire::mail_event& message, const json::value& body, mail_kind kind) {
    mail_notice notice;
    notice.project = message.project;
    notice.kind = kind;
    notice.message_id = text_at(body, "MessageID");
    notice.recipient = text_at(body, "Recipient");
    notice.draft = draft_hint(body);
    notice.link = text_at(body, "OriginalLink");
    notice.received_at = message.received_at;
    if (notice.message_id.empty()) {
        return invalid("MessageID", "required");
    }
    const auto told_at = text_at(body, "ReceivedAt");
    notice.occurred_at = message.received_at;
    if (!told_at.empty()) {
        const auto timestamp = parse_instant(told_at);
        if (!timestamp) {
            return invalid("ReceivedAt", "Invalid timestamp");
        }
        notice.occurred_at = *timestamp;
    }
    const auto dedupe = dedupe_text(
        {text_at(body, "RecordType"), notice.message_id, notice.recipient, told_at, notice.link}
    );
    notice.id = wire::derive_event_id(message.project, type_of(kind), dedupe);
    return notice;
}

}  // namespace

std::string type_of(mail_kind kind) {
    switch (kind) {
        case mail_kind::opened:
            return "email.opened";
        case mail_kind::clicked:
            return "email.clicked";
    }
    VF_ASSERT(false);
}

mail_reading read_mail(const wire::mail_event& message) {
    const auto body = json::parse(message.body);
    if (!body) {
        return invalid({}, body.error().code + " " + body.error().detail);
    }
    const auto kind = text_at(*body, "RecordType");
    if (kind == "Open") {
        return read_notice(message, *body, mail_kind::opened);
    }
    if (kind == "Click") {
        return read_notice(message, *body, mail_kind::clicked);
    }
    if (kind == "Delivery") {
        return ignored_mail{kind};
    }
    auto why = reason_of(reason::unknown_mail_kind, kind);
    why.field = "RecordType";
    return why;
}

}  // namespace vf::normaliser
