// A SELECT of one page: conditions that are there or not, then the place of the cursor, the order
// and the limit. The pieces are constant, so few statement texts are ever prepared. Pool thread,
// inside a transaction.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "console/store/paging.hpp"
#include "console/store/read_rows.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::console {

// Newest first by `time`, then by `id`, whose SQL type is `id_type`.
struct page_order {
    std::string_view time;
    std::string_view id;
    std::string_view id_type{"text"};
};

class page_query {
public:
    // `select` ends with a WHERE clause; it uses `params`, `param_count` of them.
    page_query(std::string_view select, postgres::params params, int param_count)
        : sql_{select}, params_{std::move(params)}, param_count_{param_count} {}

    // AND column = value, when there is one.
    page_query& equals(std::string_view column, const std::optional<std::string>& value);
    page_query& only(std::string_view condition);

    template <class Row>
    [[nodiscard]] page<Row> newest_first(
        postgres::transaction& tx, const page_order& order, const page_request& paging,
        row_reader<Row> read
    ) {
        return make_page(read_all(rows_newest_first(tx, order, paging), read), paging.limit);
    }

    // Ascending by one text column, which is the id of the position.
    template <class Row>
    [[nodiscard]] page<Row> by_text(
        postgres::transaction& tx, std::string_view column, const page_request& paging,
        row_reader<Row> read
    ) {
        return make_page(read_all(rows_by_text(tx, column, paging), read), paging.limit);
    }

private:
    // One row more than the page holds, which tells that there is a next one.
    postgres::rows rows_newest_first(
        postgres::transaction& tx, const page_order& order, const page_request& paging
    );
    postgres::rows rows_by_text(
        postgres::transaction& tx, std::string_view column, const page_request& paging
    );
    std::string next_parameter();
    void limit(const page_request& paging);

    std::string sql_;
    postgres::params params_;
    int param_count_;
};

}  // namespace vf::console
