#include "console/store/page_query.hpp"

#include <cstdint>

#include <fmt/format.h>

namespace vf::console {

std::string page_query::next_parameter() {
    return fmt::format("${}", ++param_count_);
}

page_query& page_query::equals(std::string_view column, const std::optional<std::string>& value) {
    if (value) {
        params_.text(*value);
        sql_ += fmt::format(" AND {} = {}", column, next_parameter());
    }
    return *this;
}

page_query& page_query::only(std::string_view condition) {
    sql_ += fmt::format(" AND {}", condition);
    return *this;
}

void page_query::limit(const page_request& paging) {
    params_.integer(static_cast<std::int64_t>(paging.limit) + 1);
    sql_ += fmt::format(" LIMIT {}", next_parameter());
}

postgres::rows page_query::rows_newest_first(
    postgres::transaction& tx, const page_order& order, const page_request& paging
) {
    if (paging.after) {
        params_.timestamp(paging.after->timestamp);
        const std::string placeholder = next_parameter();
        params_.text(paging.after->id);
        const std::string id = next_parameter();
        // The first half alone is what an index can start from.
        sql_ += fmt::format(
            " AND {0} <= {2}::timestamptz AND ({0} < {2}::timestamptz OR {1} > {3}::{4})",
            order.time, order.id, placeholder, id, order.id_type
        );
    }
    sql_ += fmt::format(" ORDER BY {} DESC, {}", order.time, order.id);
    limit(paging);
    return tx.query(sql_, params_);
}

postgres::rows page_query::rows_by_text(
    postgres::transaction& tx, std::string_view column, const page_request& paging
) {
    if (paging.after) {
        params_.text(paging.after->id);
        sql_ += fmt::format(" AND {} > {}", column, next_parameter());
    }
    sql_ += fmt::format(" ORDER BY {}", column);
    limit(paging);
    return tx.query(sql_, params_);
}

}  // namespace vf::console
