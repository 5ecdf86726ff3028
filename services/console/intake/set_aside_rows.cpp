#include "console/intake/set_aside_rows.hpp"

#include <utility>

#include "console/resources/replay.hpp"
#include "vf/base/text.hpp"
#include "vf/domain/ids.hpp"
#include "vf/wire/fingerprint.hpp"
#include "vf/wire/messages.hpp"

namespace vf::console {

namespace {

// Text columns take neither NUL nor what is not UTF-8.
std::string storable(const std::string& text) {
    const bool plain = is_utf8(text) && !text.contains('\0');
    return plain ? text : "base64:" + to_base64(text);
}

std::optional<std::string> event_of(const wire::record& original) {
    const auto message = wire::decode_ingest(original);
    if (!message || message->kind != wire::ingest_kind::event) {
        return std::nullopt;
    }
    return domain::event_id_of(message->id).text;
}

}  // namespace

quarantine_row quarantine_row_of(const wire::quarantined& item) {
    quarantine_row made;
    made.id = storable(item.id.text);
    if (!item.project.empty()) {
        made.project = storable(item.project.text);
    }
    if (item.reason.stage == stage::normalise) {
        made.event = event_of(item.original);
    }
    made.fingerprint = wire::fingerprint_of(item.reason);
    made.stage = storable(item.reason.stage);
    made.code = storable(item.reason.code);
    made.field = storable(item.reason.field);
    made.detail = storable(item.reason.detail);
    made.original = item.original;
    made.original.topic = storable(item.original.topic);
    for (auto& header : made.original.headers) {
        header.name = storable(header.name);
    }
    made.body = item.body.value_or(item.original.value);
    made.received_at = item.received_at;
    made.set_aside_at = item.set_aside_at;
    return made;
}

quarantine_row quarantine_row_of(const wire::record& from, instant now) {
    const auto item = wire::decode_quarantined(from);
    return quarantine_row_of(item ? *item : set_aside_here(from, item.error(), now));
}

std::variant<dead_letter_row, quarantine_row> dead_letter_row_of(
    const wire::record& from, instant now
) {
    const auto letter = wire::decode_dead_letter(from);
    if (!letter) {
        return quarantine_row_of(set_aside_here(from, letter.error(), now));
    }
    dead_letter_row made;
    made.id = storable(letter->id);
    made.project = storable(letter->project.text);
    made.delivery = storable(letter->delivery.text);
    made.event = storable(letter->event.text);
    made.endpoint = storable(letter->endpoint.text);
    made.cause = storable(letter->cause);
    made.detail = storable(letter->detail);
    made.attempts = letter->attempts;
    made.died_at = letter->died_at;
    return made;
}

wire::quarantined set_aside_here(const wire::record& from, const error& why, instant now) {
    wire::set_aside_reason reason;
    reason.stage = stage::console;
    reason.code = why.code;
    reason.detail = why.detail;
    return wire::set_aside(from, std::move(reason), now);
}

}  // namespace vf::console
