// Records of vf.quarantine and vf.dead-letter to rows. Total: what cannot be decoded becomes an
// item of the quarantine itself, with its bytes. No text a row carries can be refused by the
// database. Pure; any thread.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "console/store/set_aside_store.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/wire/record.hpp"
#include "vf/wire/set_aside.hpp"

namespace vf::console {

[[nodiscard]] quarantine_row quarantine_row_of(const wire::quarantined& item);
// Of a record of vf.quarantine.
[[nodiscard]] quarantine_row quarantine_row_of(const wire::record& from, instant now);
// Of a record of vf.dead-letter.
[[nodiscard]] std::variant<dead_letter_row, quarantine_row> dead_letter_row_of(
    const wire::record& from, instant now
);

// A record that the console itself sets aside.
[[nodiscard]] wire::quarantined set_aside_here(
    const wire::record& from, const error& why, instant now
);

}  // namespace vf::console
