// Whether a user may be written to, of everything that speaks against it. Core: who reads the row
// sees what is stored here; nothing else decides a status.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "vf/base/clock.hpp"

namespace vf::normaliser {

// In falling order: of those that hold the first is the user's. As in users.status.
enum class user_status : std::uint8_t { unsubscribed, suppressed, paused, no_email, active };

// As in suppressions.cause.
enum class suppression_cause : std::uint8_t { unsubscribed, bounced, complained, inactive };

// By cause, of one address.
struct address_causes {
    bool unsubscribed{false};
    bool suppressed{false};  // any other
};

struct user_permission {
    bool has_email{false};
    bool opted_out{false};  // whatever address the user has
    bool complained{false};
    bool paused{false};
    std::optional<instant> paused_until{};  // nothing: until it is resumed

    friend bool operator==(const user_permission&, const user_permission&) = default;
};

[[nodiscard]] user_status status_of(
    const user_permission& user, const address_causes& address, instant now
);

[[nodiscard]] std::string_view name_of(user_status status);
[[nodiscard]] std::string_view name_of(suppression_cause cause);
// Nothing for a text that is none.
[[nodiscard]] std::optional<suppression_cause> read_cause(std::string_view name);

}  // namespace vf::normaliser
