#include "console/intake/set_aside_rows.hpp"

#include <utility>

#include "console/resources/replay.hpp"
#include "vf/base/text.hpp"
#include "vf/domain/ids.hpp"
#include "vf/wire/fingerprint.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

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
    quarantine_row row;
    row.id = storable(item.id.text);
    if (!item.project.empty()) {
        row.project = storable(item.project.text);
    }
    if (item.reason.stage == wire::consumers::ingest.stage) {
        row.event = event_of(item.original);
    }
    row.fingerprint = wire::fingerprint_of(item.reason);
    row.stage = storable(item.reason.stage);
    row.code = storable(item.reason.code);
    row.field = storable(item.reason.field);
    row.detail = storable(item.reason.detail);
    row.original = item.original;
    row.original.topic = storable(item.original.topic);
    for (auto& header : row.original.headers) {
        header.name = storable(header.name);
    }
    row.body = item.body.value_or(item.original.value);
    row.received_at = item.received_at;
    row.set_aside_at = item.set_aside_at;
    return row;
}

dead_letter_row dead_letter_row_of(const wire::dead_letter& letter) {
    dead_letter_row row;
    row.id = storable(letter.id);
    row.project = storable(letter.project.text);
    row.delivery = storable(letter.delivery.text);
    row.event = storable(letter.event.text);
    row.endpoint = storable(letter.endpoint.text);
    row.cause = storable(letter.cause);
    row.detail = storable(letter.detail);
    row.attempts = letter.attempts;
    row.died_at = letter.died_at;
    return row;
}

}  // namespace vf::console
