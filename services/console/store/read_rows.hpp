// From the rows of an answer to the structs of a store, each by the store's own `read`. Pool
// thread, inside a transaction.
#pragma once

#include <optional>
#include <vector>

#include "vf/postgres/transaction.hpp"

namespace vf::console {

template <class Row>
using row_reader = Row (*)(const postgres::row&);

template <class Row>
[[nodiscard]] std::vector<Row> read_all(const postgres::rows& found, row_reader<Row> read) {
    std::vector<Row> rows;
    rows.reserve(found.size());
    for (const auto& row : found) {
        rows.push_back(read(row));
    }
    return rows;
}

// Nothing when nothing was found.
template <class Row>
[[nodiscard]] std::optional<Row> read_first(const postgres::rows& found, row_reader<Row> read) {
    return found.empty() ? std::nullopt : std::optional{read(found.front())};
}

}  // namespace vf::console
