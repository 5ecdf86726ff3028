// What one record changes, once it has been understood. Pure data.
#pragma once

#include <algorithm>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"
#include "vf/domain/user.hpp"
#include "vf/wire/set_aside.hpp"

namespace vf::normaliser {

struct user_key {
    domain::project_id project;
    domain::external_user_id user;

    friend bool operator==(const user_key&, const user_key&) = default;
    friend auto operator<=>(const user_key&, const user_key&) = default;
};

// An identify. `effective_at` is when the customer says it was true, else when we received it.
struct user_change {
    user_key who;
    domain::record_id id;
    std::optional<std::string> email;
    std::vector<domain::trait> traits;
    instant effective_at{};
    instant received_at{};
    std::size_t index{0};  // in the batch it came in

    // When it has its user seen: never later than we heard of it.
    [[nodiscard]] instant seen_at() const { return std::min(effective_at, received_at); }
};

struct new_event {
    user_key who;
    domain::record_id id;
    std::string name;
    std::string properties;  // the customer's bytes
    instant occurred_at{};
    instant received_at{};
    bool historical{false};
    bool natural{false};  // the same event whenever it comes again
    std::size_t index{0};

    [[nodiscard]] instant seen_at() const { return std::min(occurred_at, received_at); }
};

using change = std::variant<user_change, new_event>;
// Or why it cannot be understood.
using understood = std::expected<change, wire::set_aside_reason>;

}  // namespace vf::normaliser
