#include "normaliser/facts/read_fact_rules.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vf::normaliser {

namespace {

constexpr std::string_view select_defs =
    "SELECT project_id, fact_id, leaf::text AS predicate, keep FROM fact_defs"
    " WHERE project_id = ANY ($1::text[])";

}  // namespace

facts::fact_rules read_fact_rules(
    postgres::transaction& tx, const std::vector<std::string>& projects
) {
    facts::fact_rules found;
    for (const auto& row : tx.query(select_defs, postgres::params{}.texts(projects))) {
        found.add(
            row.text("project_id"), static_cast<std::uint32_t>(row.integer("fact_id")),
            row.text("predicate"), static_cast<std::size_t>(row.integer("keep"))
        );
    }
    return found;
}

}  // namespace vf::normaliser
