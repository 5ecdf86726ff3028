// The events of users as the table has them, a page at a time, however many there are. Inside a
// transaction, on a pool thread.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"
#include "vf/facts/facts.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

// Where an event stands among those of its user. Before all of them by default.
struct event_place {
    std::string name;
    instant occurred_at{instant::min()};
    domain::record_id id{};

    friend bool operator==(const event_place&, const event_place&) = default;

    friend std::strong_ordering operator<=>(const event_place& a, const event_place& b) {
        if (const auto by_name = a.name <=> b.name; by_name != 0) {
            return by_name;
        }
        if (const auto by_time = a.occurred_at <=> b.occurred_at; by_time != 0) {
            return by_time;
        }
        return a.id.bytes <=> b.id.bytes;
    }
};

struct stored_event {
    std::int64_t user_id{0};
    std::string name;
    std::string properties;
    instant occurred_at{};
    instant received_at{};
    domain::record_id id;
    bool historical{false};

    [[nodiscard]] instant seen_at() const { return std::min(occurred_at, received_at); }

    [[nodiscard]] event_place place() const { return {name, occurred_at, id}; }
};

// Of rows with the columns of `stored_event`, of `event_place`.
[[nodiscard]] stored_event read_event(const postgres::row& row);
[[nodiscard]] event_place read_place(const postgres::row& row);

// Effective no later than it was received: the same whenever it is counted.
[[nodiscard]] facts::occurrence occurrence_of(const stored_event& event);

// The first `most` events that have one of the names, ascending, and stand behind `after`: user by
// user, of each in order.
[[nodiscard]] std::vector<stored_event> read_page(
    postgres::transaction& tx, const std::vector<std::int64_t>& users,
    const std::vector<std::string>& names, const event_place& after, std::size_t most
);

}  // namespace vf::normaliser
