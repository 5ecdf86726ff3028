// The writes of a user and the versions of its row, to a patch of the row. Core.
//
// Last writer by time wins, name by name: a write older than the one that stands there changes
// nothing, in whatever order they arrive. The bag is merged one level deep; a trait is the same
// under its camelCase and its snake_case name, and keeps the spelling of its last writer.
#pragma once

#include <optional>
#include <string>

#include "normaliser/users/user_writes.hpp"

namespace vf::normaliser {

// JSON texts for the store: ((traits of the row - cleared) || traits).
struct user_patch {
    std::string columns{"{}"};  // as in the table users: texts, or null to clear
    std::string traits{"{}"};
    std::string cleared{"[]"};  // names of traits to remove
    std::string stamps{"[]"};   // of the whole row
    // What `columns` makes of the address; nothing: it stays.
    std::optional<std::optional<std::string>> email{};

    friend bool operator==(const user_patch&, const user_patch&) = default;
};

[[nodiscard]] user_patch merge_user(const user_writes& writes, user_versions standing);

}  // namespace vf::normaliser
