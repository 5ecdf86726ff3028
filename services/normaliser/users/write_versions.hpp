// Which write each column and trait of a user is from: the later write wins, whatever arrived
// first. Core.
#pragma once

#include <algorithm>
#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"

namespace vf::normaliser {

// Ordered by when it was true, then by when we received it; the record settles what is left.
// Nothing was true after it was received: a clock that is ahead would block whatever comes until
// then. It holds for every write, since there is no other way to make a version.
struct write_version {
    write_version() = default;

    write_version(instant said_at, instant received, const domain::record_id& from)
        : effective_at{std::min(said_at, received)}, received_at{received}, record{from} {}

    instant effective_at{};
    instant received_at{};
    domain::record_id record;

    friend bool operator==(const write_version&, const write_version&) = default;

    friend std::strong_ordering operator<=>(const write_version& left, const write_version& right) {
        return std::tie(left.effective_at, left.received_at, left.record.bytes) <=>
               std::tie(right.effective_at, right.received_at, right.record.bytes);
    }
};

struct trait_version {
    write_version version;
    std::string spelling;  // as the bag has it

    friend bool operator==(const trait_version&, const trait_version&) = default;
};

// Of one row of users. What was cleared keeps its version.
struct user_versions {
    std::map<std::string, write_version> columns;
    std::map<std::string, trait_version> traits;  // by trait_name

    friend bool operator==(const user_versions&, const user_versions&) = default;
};

// As in the column `stamps`, grouped by write: [[effective µs, received µs, record, [columns],
// [traits]]].
[[nodiscard]] std::string to_json(const user_versions& versions);
// Nothing when it was not written by `to_json`.
[[nodiscard]] std::optional<user_versions> parse_versions(std::string_view json);

}  // namespace vf::normaliser
