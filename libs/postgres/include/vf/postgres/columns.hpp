// Batches of rows by description: the columns of a statement's rows stand in one place, and both
// the text of the statement and the arrays that are its parameters come from there.
//
//   constexpr columns<visit, 2> of_visit{{
//       {"user_id", "bigint", [](const visit& one) { return one.user_id; }},
//       {"seen_at", "timestamptz", [](const visit& one) { return one.seen_at; }},
//   }};
//   "INSERT INTO visits (" + names(of_visit) + ") SELECT * FROM " + unnest(of_visit)
//   tx.execute(statement, bind(of_visit, visits));
//
// Statements are prepared under their text, so build each once. Pure; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/postgres/array_parameter.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::postgres {

// `value` is what the column is of one row, as a function without captures.
template <class Row>
struct column {
    // A view is read before the row changes.
    using reader = std::variant<
        std::string (*)(const Row&), std::string_view (*)(const Row&),
        std::optional<std::string> (*)(const Row&), const uuid_bytes& (*)(const Row&),
        std::int64_t (*)(const Row&), std::optional<std::int64_t> (*)(const Row&),
        bool (*)(const Row&), instant (*)(const Row&), std::optional<instant> (*)(const Row&)>;

    std::string_view name;
    std::string_view type;  // as array_parameter has it
    reader value;
};

template <class Row, std::size_t Count>
using columns = std::array<column<Row>, Count>;

// "user_id, seen_at"; with a prefix of "n." it is "n.user_id, n.seen_at".
template <class Row, std::size_t Count>
[[nodiscard]] std::string names(const columns<Row, Count>& of, std::string_view prefix = {}) {
    std::string text;
    for (const auto& each : of) {
        text.append(text.empty() ? "" : ", ").append(prefix).append(each.name);
    }
    return text;
}

// "unnest($1::bigint[], $2::timestamptz[])": the parameters that `bind` makes, from $1.
template <class Row, std::size_t Count>
[[nodiscard]] std::string unnest(const columns<Row, Count>& of) {
    std::string text;
    std::size_t number = 0;
    for (const auto& each : of) {
        text.append(text.empty() ? "unnest($" : ", $").append(std::to_string(++number));
        text.append("::").append(each.type).append("[]");
    }
    return text + ")";
}

// One array a column, in order.
template <class Row, std::size_t Count>
[[nodiscard]] params bind(const columns<Row, Count>& of, const std::vector<Row>& rows) {
    params out;
    for (const auto& each : of) {
        array_parameter values{each.type};
        std::visit(
            [&](auto value) {
                for (const Row& row : rows) {
                    values.add(value(row));
                }
            },
            each.value
        );
        out.array(std::move(values));
    }
    return out;
}

}  // namespace vf::postgres
