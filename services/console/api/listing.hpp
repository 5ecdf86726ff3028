// A SELECT of one page: conditions that are there or not, then the place of the cursor, the order
// and the limit. The pieces are constant, so few statement texts are ever prepared. Pool thread,
// inside a transaction.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "console/store/paging.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::console {

// Newest first by `time`, then by `id`, whose SQL type is `id_type`.
struct listing_order {
    std::string_view time;
    std::string_view id;
    std::string_view id_type{"text"};
};

class listing {
public:
    // `select` ends with a WHERE clause; its parameters are `with`, as many as `given`.
    listing(std::string_view select, postgres::params with, int given)
        : sql_{select}, with_{std::move(with)}, given_{given} {}

    // AND column = value, when there is one.
    listing& equals(std::string_view column, const std::optional<std::string>& value);
    listing& only(std::string_view condition);

    // One row more than the page holds, which tells that there is a next one.
    [[nodiscard]] postgres::rows newest_first(
        postgres::transaction& in, const listing_order& order, const page& wanted
    );
    // Ascending by one text column, which is the id of the position.
    [[nodiscard]] postgres::rows by_text(
        postgres::transaction& in, std::string_view column, const page& wanted
    );

private:
    std::string next_parameter();
    void limit(const page& wanted);

    std::string sql_;
    postgres::params with_;
    int given_;
};

}  // namespace vf::console
