// What records say about their user, column by column and trait by trait. Core.
//
// Which traits have a column is in user_columns.hpp. A trait with one that is an object or array
// goes to the bag and clears its column. A time zone has a column when it is one; any other text
// stays in the bag. Canonical events move the stage and what is known of the subscription:
// lifecycle.hpp.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "normaliser/ingest/change.hpp"
#include "normaliser/users/write_versions.hpp"

namespace vf::normaliser {

struct column_write {
    std::string name;  // as in the table users
    write_version version;
    std::optional<std::string> text;  // nothing clears
};

struct trait_write {
    std::string spelling;
    write_version version;
    std::optional<std::string> json;  // nothing clears
};

struct user_writes {
    std::vector<column_write> columns;
    std::vector<trait_write> traits;

    [[nodiscard]] bool empty() const { return columns.empty() && traits.empty(); }
};

using zone_test = std::function<bool(std::string_view)>;

void add_writes(user_writes& writes, const user_change& change, const zone_test& is_zone);

}  // namespace vf::normaliser
