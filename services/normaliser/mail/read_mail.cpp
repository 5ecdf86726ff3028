#include "normaliser/mail/read_mail.hpp"

#include <optional>
#include <utility>

#include "normaliser/ingest/normalise.hpp"
#include "normaliser/mail/kinds/inbound.hpp"
#include "normaliser/users/mail_address.hpp"
#include "vf/base/time_text.hpp"
#include "vf/domain/reasons.hpp"
#include "vf/json/mend.hpp"
#include "vf/wire/derived_ids.hpp"

namespace vf::normaliser {

namespace {

namespace reason = domain::reason;

// What the provider writes where there is no message.
constexpr std::string_view no_message = "00000000-0000-0000-0000-000000000000";

std::string text_at(const json::value& body, std::string_view name) {
    return std::string{body.string_at(name).value_or("")};
}

// A number as it was written: it may be larger than any type of ours.
std::string text_or_number_at(const json::value& body, std::string_view name) {
    const auto* const found = body.find(name);
    const bool readable =
        found != nullptr && (found->is(json::kind::string) || found->is(json::kind::number));
    return readable ? std::string{found->text} : std::string{};
}

std::optional<domain::draft_id> draft_hint(const json::value& body) {
    const auto* metadata = body.find("Metadata");
    const auto draft = metadata == nullptr ? std::nullopt : metadata->string_at("draftId");
    if (!draft || draft->empty()) {
        return std::nullopt;
    }
    return domain::draft_id{std::string{*draft}};
}

// Of normalised values: a time is one however it is written.
std::string identity_of(
    const mail_notice& notice, const mail_kind& kind, const json::value& body,
    std::optional<instant> occurred_at
) {
    const auto address = mail_address_key(notice.address);
    const auto* const bounced = std::get_if<mail_bounced>(&notice.fact);
    if (bounced != nullptr && bounced->listed && !notice.message_id.empty()) {
        return listed_identity(bounced->type.name, notice.message_id, notice.address);
    }
    if (!kind.id_field.empty()) {
        if (const auto id = text_or_number_at(body, kind.id_field); !id.empty()) {
            return identity_text({kind.record_type, notice.message_id, address, id});
        }
    }
    return identity_text(
        {kind.record_type, notice.message_id, address,
         occurred_at ? format_instant(*occurred_at) : "", text_at(body, kind.distinguishing_field)}
    );
}

mail_reading read_notice(
    const wire::mail_event& message, const json::value& body, const mail_kind& kind
) {
    auto read = kind.read(body);
    if (auto* ignored = std::get_if<ignored_mail>(&read)) {
        return *ignored;
    }
    if (auto* why = std::get_if<wire::set_aside_reason>(&read)) {
        return std::move(*why);
    }
    mail_notice notice;
    notice.project = message.project;
    notice.fact = std::move(std::get<mail_fact>(read));
    notice.message_id = text_at(body, "MessageID");
    notice.address = mail_address_of(text_at(body, kind.address_field));
    notice.draft = draft_hint(body);
    notice.received_at = message.received_at;
    if (notice.message_id == no_message) {
        notice.message_id.clear();
    }
    if (notice.message_id.empty() && kind.needs_message) {
        return invalid_field("MessageID", "required");
    }
    if (notice.message_id.size() > message_id_max) {
        return invalid_field("MessageID", "too long");
    }
    if (notice.message_id.empty() && notice.address.empty()) {
        return invalid_field(kind.address_field, "required");
    }
    std::optional<instant> occurred_at;
    if (const auto text = text_at(body, kind.occurred_at_field); !text.empty()) {
        const auto timestamp = parse_instant(text);
        if (!timestamp) {
            return invalid_field(kind.occurred_at_field, "Invalid timestamp");
        }
        occurred_at = *timestamp;
    }
    notice.occurred_at = occurred_at.value_or(message.received_at);
    notice.identity = identity_of(notice, kind, body, occurred_at);
    return notice;
}

mail_reading read_webhook(
    const wire::mail_event& message, const json::value& body, const mail::link_keys& keys
) {
    if (is_inbound(body)) {
        return read_inbound(message, body, keys);
    }
    const auto record_type = text_at(body, "RecordType");
    if (const auto* kind = find_mail_kind(record_type)) {
        return read_notice(message, body, *kind);
    }
    auto why = reason_of(reason::unknown_mail_kind, record_type);
    why.field = "RecordType";
    return why;
}

}  // namespace

wire::set_aside_reason invalid_field(std::string_view field, std::string detail) {
    auto why = reason_of(reason::invalid_body, std::move(detail));
    why.field = std::string{field};
    return why;
}

std::string identity_text(std::initializer_list<std::string_view> fields) {
    std::string text;
    for (const auto field : fields) {
        text += std::to_string(field.size());
        text += ':';
        text += field;
    }
    return text;
}

std::string listed_identity(
    std::string_view bounce, std::string_view message, std::string_view address
) {
    return identity_text({"listed", bounce, message, mail_address_key(address)});
}

domain::event_id outcome_id(const mail_notice& notice, std::string_view type) {
    return wire::derive_event_id(notice.project, type, notice.identity);
}

mail_reading read_mail(const wire::mail_event& message, const mail::link_keys& keys) {
    const auto text = json::mend(message.body);
    const auto body = json::parse(text, json::lenient);
    if (!body) {
        return invalid_field({}, body.error().code + " " + body.error().detail);
    }
    switch (message.source) {
        case wire::mail_source::postmark:
            return read_webhook(message, body->root(), keys);
        case wire::mail_source::one_click:
            return read_one_click(message, body->root());
        case wire::mail_source::console:
            return read_operator_decision(message, body->root());
    }
    return invalid_field({}, "unknown source");
}

}  // namespace vf::normaliser
