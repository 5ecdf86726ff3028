// The events of users as the table has them, a page at a time, however many there are. Inside a
// transaction, on a pool thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"
#include "vf/facts/facts.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

struct stored_event {
    std::int64_t user_id{0};
    std::string name;
    std::string properties;
    instant occurred_at{};
    instant received_at{};
    domain::record_id id;
    bool historical{false};

    [[nodiscard]] instant seen_at() const { return std::min(occurred_at, received_at); }
};

// Of a row with the columns of `stored_event`.
[[nodiscard]] stored_event read_event(const postgres::row& row);

// Effective no later than it was received: the same whenever it is counted.
[[nodiscard]] facts::occurrence occurrence_of(const stored_event& event);

// Those of the users that have one of the names, in no order that means anything.
void for_each_event(
    postgres::transaction& tx, const std::vector<std::int64_t>& users,
    const std::vector<std::string>& names, const std::function<void(const stored_event&)>& look
);

}  // namespace vf::normaliser
