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
    listing(std::string_view select, postgres::params params, int used)
        : sql_{select}, params_{std::move(params)}, given_{used} {}

    // AND column = value, when there is one.
    listing& equals(std::string_view column, const std::optional<std::string>& value);
    listing& only(std::string_view condition);

    // One row more than the page holds, which tells that there is a next one.
    [[nodiscard]] postgres::rows newest_first(
        postgres::transaction& tx, const listing_order& order, const page& page_request
    );
    // Ascending by one text column, which is the id of the position.
    [[nodiscard]] postgres::rows by_text(
        postgres::transaction& tx, std::string_view column, const page& page_request
    );

private:
    std::string next_parameter();
    void limit(const page& page);

    std::string sql_;
    postgres::params params_;
    int given_;
};

}  // namespace vf::console
