// A service's part in forgetting a user: which erasure is next, that one replica does it, and what
// came of it are the same for all services; each says only what it removes. Pool thread, inside a
// transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::upkeep {

struct erasure {
    std::string id;
    std::string project;
    std::string external_user;
    std::string person;  // the digest of project and user
    // Of the normaliser's step; nothing before it is done.
    std::optional<instant> user_removed_at;
    // What the user had, when there was one: whoever has the same external id since is somebody
    // else.
    std::optional<std::int64_t> user_id;
};

struct removal {
    std::int64_t rows{0};
    // Where the service knows it; kept for the steps that wait for this one.
    std::optional<std::int64_t> user_id{};
};

struct erasure_step {
    std::string_view service;
    // Whether it comes after the normaliser's, which removes the user.
    bool after_normaliser{true};
    // How long a statement of it may take; nothing: as long as any of the pool.
    std::optional<vf::duration> statement_timeout{};
    std::function<removal(postgres::transaction&, const erasure&)> remove;
};

// Does the oldest erasure that is to be done by that service; false when there is none. Replicas
// may do it side by side. Errors are those of the transaction.
[[nodiscard]] bool erase_next(postgres::transaction& tx, const erasure_step& step);

}  // namespace vf::upkeep
