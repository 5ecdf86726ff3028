// A service's part in forgetting a user, in slices that each commit: which erasure is next, that
// one replica does it, how far it has come and what came of it are the same for all services; each
// says only what it removes. Whoever has the fewest slices behind goes first, so that a giant keeps
// nobody waiting. Pool thread, inside a transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::upkeep {

struct erasure {
    std::string id;
    std::string project;
    std::string external_user;
    std::string person;  // the digest of project and user
    instant requested_at{};
    // When the normaliser removed the user's row; nothing before it has.
    std::optional<instant> user_removed_at{};
    // What the user had, when there was one: whoever has the same external id since is somebody
    // else.
    std::optional<std::int64_t> user_id{};
    std::optional<std::string> cursor{};  // as the last slice left it
};

// What was done before the first slice.
struct beginning {
    std::int64_t rows{0};
    // Where the service knows it.
    std::optional<std::int64_t> user_id{};
};

// What a slice came to. Finished is what found nothing left: rows that others remove at the same
// time make a slice short.
struct removal {
    std::int64_t rows{0};
    bool finished{false};
    std::optional<std::string> cursor{};
};

struct erasure_step {
    std::string_view service;
    // Whether it comes after the normaliser has removed the user's row.
    bool after_normaliser{true};
    // The services that must have finished before.
    std::vector<std::string> after{};
    // What is done once, before the first slice: no more than a few rows.
    std::function<beginning(postgres::transaction&, const erasure&)> begin{};
    // A slice: some thousands of rows.
    std::function<removal(postgres::transaction&, const erasure&)> remove;
};

// Begins an erasure that is to be done by that service, or does the next slice of one; false when
// there is none, or another replica is at it. Errors are those of the transaction.
[[nodiscard]] bool erase_next(postgres::transaction& tx, const erasure_step& step);

}  // namespace vf::upkeep
