// Whether a text asks us to send no more. Used by classify_reply. Pure; any thread.
#pragma once

#include <optional>
#include <span>

#include "phrase_table.hpp"
#include "words.hpp"

namespace vf::mail {

// The match that decided. `found` is of the whole text, by first word.
[[nodiscard]] std::optional<phrase_match> find_opt_out(
    const word_text& text, std::span<const phrase_match> found
);

}  // namespace vf::mail
