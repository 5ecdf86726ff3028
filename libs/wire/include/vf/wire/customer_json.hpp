// The contract's JSON record shapes (a user, an event) to domain structs, with every fault as a
// code, a message and a field path. Used by the gateway at the door, by the normaliser on what
// passed it, and by the console before a corrected record is replayed. Pure; any thread.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/domain/event.hpp"
#include "vf/domain/limits.hpp"
#include "vf/domain/user.hpp"
#include "vf/json/parse.hpp"
#include "vf/json/value.hpp"

namespace vf::wire {

// `field` is a path inside the record: "external_user_id", "properties.feature", "traits.email".
// `message` is shown to the customer.
struct fault {
    std::string field;
    std::string message;

    friend bool operator==(const fault&, const fault&) = default;
};

template <class T>
using parsed = std::expected<T, fault>;

// How a record is parsed wherever it is: at the door, behind it and before a replay. What passes
// the door passes everywhere.
inline constexpr json::parse_limits record_limits{
    .depth = domain::limits::record_depth,
    .number_characters = domain::limits::number_characters,
    .number_exponent = domain::limits::number_exponent,
    .values = domain::limits::record_values,
};

// What is wrong with a text that `json::parse_located` refused, and where, in words for customers.
[[nodiscard]] fault fault_of(const json::parse_fault& why);

// How far the check goes: `door` is what the contract lets us refuse synchronously; `whole` also
// checks the types of canonical properties, which quarantines after a 202.
enum class strictness { door, whole };

// `now` bounds how far ahead a timestamp may lie.
[[nodiscard]] parsed<domain::identify> parse_identify(const json::value& record, instant now);
[[nodiscard]] parsed<domain::track> parse_track(
    const json::value& record, instant now, strictness how
);

}  // namespace vf::wire
