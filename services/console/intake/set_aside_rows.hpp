// Items of vf.quarantine and vf.dead-letter to rows. No text a row carries can be refused by the
// database. Pure; any thread.
#pragma once

#include "console/store/set_aside_store.hpp"
#include "vf/wire/set_aside.hpp"

namespace vf::console {

[[nodiscard]] quarantine_row quarantine_row_of(const wire::quarantined& item);
[[nodiscard]] dead_letter_row dead_letter_row_of(const wire::dead_letter& letter);

}  // namespace vf::console
