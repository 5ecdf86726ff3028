// One ingest record to what it changes, or to the reason it is set aside. Core: the bounds of a
// timestamp are taken at `received_at`, so that a repeat decides the same.
#pragma once

#include <string_view>

#include "normaliser/ingest/change.hpp"
#include "vf/wire/messages.hpp"

namespace vf::normaliser {

// The stage that set-aside records of vf.ingest name.
inline constexpr std::string_view normalise_stage = "normalise";

[[nodiscard]] understood normalise(const wire::ingest_record& record);

// The reason for a record that could not be decoded, or whose project nobody knows.
[[nodiscard]] wire::set_aside_reason reason_of(
    std::string_view stage, std::string_view code, std::string detail = {}
);

}  // namespace vf::normaliser
