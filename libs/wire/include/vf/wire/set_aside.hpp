// What could not be processed (vf.quarantine) or delivered (vf.dead-letter), with its original
// bytes. Pure; any thread. Decoding errors as in messages.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/domain/ids.hpp"
#include "vf/wire/record.hpp"

namespace vf::wire {

// Why; `detail` is for operators.
struct set_aside_reason {
    std::string stage;  // "normalise", "mail"
    std::string code;   // of vf/domain/reasons.hpp
    std::string field;
    std::string detail;
};

struct quarantined {
    domain::quarantine_id id;    // derived from the source coordinates: a repeat is the same item
    domain::project_id project;  // empty when it could not be told
    set_aside_reason reason;
    instant set_aside_at{};
    instant received_at{};
    record original;
    // The customer's or provider's own bytes inside the record; nothing when undecodable.
    std::optional<std::string> body;
};

// Takes the id from the coordinates of `original`, and project, body and received_at from whatever
// the record can be decoded to (its timestamp when it cannot).
[[nodiscard]] quarantined set_aside(const record& original, set_aside_reason why, instant now);

[[nodiscard]] record encode(const quarantined& message);
[[nodiscard]] result<quarantined> decode_quarantined(const record& record);

struct dead_letter {
    std::string id;  // dlq_…: derived from delivery and the number of attempts it ended with
    domain::project_id project;
    domain::delivery_id delivery;
    domain::event_id event;
    domain::endpoint_id endpoint;
    std::string cause;   // of vf/domain/reasons.hpp
    std::string detail;  // the last attempt: status or error
    std::uint32_t attempts{0};
    instant died_at{};
};

[[nodiscard]] record encode(const dead_letter& message);
[[nodiscard]] result<dead_letter> decode_dead_letter(const record& record);

}  // namespace vf::wire
