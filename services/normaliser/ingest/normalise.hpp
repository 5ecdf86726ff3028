// One ingest record to what it changes, or to the reason it is set aside. Core: the bounds of a
// timestamp are taken at `received_at`, so that a repeat decides the same.
#pragma once

#include <string_view>

#include "normaliser/ingest/change.hpp"
#include "vf/wire/messages.hpp"

namespace vf::normaliser {

[[nodiscard]] understood normalise(const wire::ingest_record& record);

// `code` is one of vf/domain/reasons.hpp; the stage is named by who sets the record aside.
[[nodiscard]] wire::set_aside_reason reason_of(std::string_view code, std::string detail = {});

}  // namespace vf::normaliser
