// Ids that are a function of their input, so that a repeat anywhere makes the same id and no
// storage is needed to know it again. SHA-256 over length-prefixed parts. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"
#include "vf/wire/record.hpp"

namespace vf::wire {

// The record `index` of a request that carried an Idempotency-Key. `path` is part of the scope of
// the record ids, so a key used on two paths never makes one record of two.
[[nodiscard]] domain::record_id derive_record_id(
    const domain::project_id& project, std::string_view path, std::string_view idempotency_key,
    std::size_t index
);

// An event that is the same event whenever it is sent again, told by what it says.
[[nodiscard]] domain::record_id derive_natural_id(
    const domain::project_id& project, const domain::external_user_id& user, std::string_view name,
    instant occurred_at
);

// Where an Idempotency-Key is claimed, and what stands for the request that claims it. `canonical`
// is the body as json::canonical writes it.
[[nodiscard]] domain::record_id derive_claim_key(
    const domain::project_id& project, std::string_view idempotency_key
);
[[nodiscard]] domain::record_id derive_claim_body(
    std::string_view path, std::string_view canonical
);

// What customers are told about one mail outcome; `dedupe` is the provider's identity of it.
[[nodiscard]] domain::event_id derive_event_id(
    const domain::project_id& project, std::string_view type, std::string_view dedupe
);

[[nodiscard]] domain::delivery_id derive_delivery_id(
    const domain::event_id& event, const domain::endpoint_id& endpoint
);

[[nodiscard]] domain::quarantine_id derive_quarantine_id(const coordinates& source);
// Of an event that waited in vain: it has no place on a topic any more.
[[nodiscard]] domain::quarantine_id derive_quarantine_id(
    const domain::project_id& project, const domain::record_id& event
);

// One fire of a rule for a user and occurrence, and the draft it makes.
[[nodiscard]] std::string derive_fire_id(
    const domain::rule_id& rule, const domain::external_user_id& user, std::string_view occurrence
);
[[nodiscard]] domain::draft_id derive_draft_id(std::string_view fire_id);

}  // namespace vf::wire
