#include "console/api/listing.hpp"

#include <cstdint>

#include <fmt/format.h>

namespace vf::console {

std::string listing::next_parameter() {
    return fmt::format("${}", ++given_);
}

listing& listing::equals(std::string_view column, const std::optional<std::string>& value) {
    if (value) {
        params_.text(*value);
        sql_ += fmt::format(" AND {} = {}", column, next_parameter());
    }
    return *this;
}

listing& listing::only(std::string_view condition) {
    sql_ += fmt::format(" AND {}", condition);
    return *this;
}

void listing::limit(const page& page) {
    params_.integer(static_cast<std::int64_t>(page.limit) + 1);
    sql_ += fmt::format(" LIMIT {}", next_parameter());
}

postgres::rows listing::newest_first(
    postgres::transaction& tx, const listing_order& order, const page& page
) {
    if (page.after) {
        params_.timestamp(page.after->timestamp);
        const std::string placeholder = next_parameter();
        params_.text(page.after->id);
        const std::string id = next_parameter();
        // The first half alone is what an index can start from.
        sql_ += fmt::format(
            " AND {0} <= {2}::timestamptz AND ({0} < {2}::timestamptz OR {1} > {3}::{4})",
            order.time, order.id, placeholder, id, order.id_type
        );
    }
    sql_ += fmt::format(" ORDER BY {} DESC, {}", order.time, order.id);
    limit(page);
    return tx.query(sql_, params_);
}

postgres::rows listing::by_text(
    postgres::transaction& tx, std::string_view column, const page& page
) {
    if (page.after) {
        params_.text(page.after->id);
        sql_ += fmt::format(" AND {} > {}", column, next_parameter());
    }
    sql_ += fmt::format(" ORDER BY {}", column);
    limit(page);
    return tx.query(sql_, params_);
}

}  // namespace vf::console
