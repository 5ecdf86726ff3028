// Events that wait for their user, given to the user some at a time. An event counts in the
// transaction that takes it out of the waiting ones, so it counts once however often that is tried.
// Inside a transaction, on a pool thread, once the user has a row and its due mark is held.
// See docs/decisions/0022-slices.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "normaliser/facts/event_pages.hpp"
#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

// A user whose events are waited for.
struct attaching_user {
    std::int64_t user_id{0};
    std::string project;
    std::string user;
    instant since{};  // when it was identified: the events are attached as of then
    // Of somebody who was erased: what was received until then is not this user's.
    instant received_after{instant::min()};
};

struct attach_limits {
    std::size_t of_user{0};
    std::size_t of_all{0};
};

struct attached_events {
    std::vector<stored_event> events;
    // How many were there to be attached: some may have been removed or moved meanwhile.
    std::size_t found{0};
};

// Attaches so many and answers them; the properties only of those that have one of the names.
[[nodiscard]] attached_events attach_some(
    postgres::transaction& tx, const std::vector<attaching_user>& users,
    const std::vector<std::string>& names, attach_limits limits
);

// Those for whom events are waiting still.
[[nodiscard]] std::vector<std::int64_t> still_waiting(
    postgres::transaction& tx, const std::vector<attaching_user>& users
);

// Not to be evaluated before all their events are there: `finish_attaching` makes them due.
void begin_attaching(
    postgres::transaction& tx, const std::vector<std::int64_t>& users, instant since
);
void finish_attaching(postgres::transaction& tx, const std::vector<std::int64_t>& users);

}  // namespace vf::normaliser
