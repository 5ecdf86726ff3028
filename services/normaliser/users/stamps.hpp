// Which write each column and trait of a user is from: the later write wins, whatever arrived
// first. Core.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"

namespace vf::normaliser {

// Ordered by when it was true, then by when we heard it; the record settles what is left.
struct stamp {
    instant at{};
    instant received_at{};
    domain::record_id record;

    friend bool operator==(const stamp&, const stamp&) = default;

    friend std::strong_ordering operator<=>(const stamp& left, const stamp& right) {
        return std::tie(left.at, left.received_at, left.record.bytes) <=>
               std::tie(right.at, right.received_at, right.record.bytes);
    }
};

struct trait_stamp {
    stamp by;
    std::string spelling;  // as the bag has it

    friend bool operator==(const trait_stamp&, const trait_stamp&) = default;
};

// Of one row of users. What was cleared keeps its stamp.
struct user_stamps {
    std::map<std::string, stamp> columns;
    std::map<std::string, trait_stamp> traits;  // by trait_name

    friend bool operator==(const user_stamps&, const user_stamps&) = default;
};

// As in the column `stamps`, grouped by write: [[at µs, received µs, record, [columns], [traits]]].
[[nodiscard]] std::string to_json(const user_stamps& of);
// Nothing when it was not written by `to_json`.
[[nodiscard]] std::optional<user_stamps> parse_stamps(std::string_view json);

}  // namespace vf::normaliser
