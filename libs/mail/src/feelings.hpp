// Whether a text that is no opt-out is for or against us. Used by classify_reply. Pure; any thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "phrase_table.hpp"
#include "vf/mail/classify_reply.hpp"
#include "words.hpp"

namespace vf::mail {

struct feeling {
    tone value = tone::neutral;
    std::string_view rule = "none";
    std::optional<phrase_match> decided_by{};  // none: neutral
};

// `found` is of the whole text, by first word.
[[nodiscard]] feeling weigh_feelings(const word_text& text, std::span<const phrase_match> found);

}  // namespace vf::mail
