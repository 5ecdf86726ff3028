#include "normaliser/users/read_suppressions.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace vf::normaliser {

namespace {

constexpr std::string_view select_suppressions =
    "SELECT s.project_id, s.address, s.cause, s.event_id, s.since"
    " FROM unnest($1::text[], $2::bytea[]) AS n (project_id, address)"
    " JOIN suppressions s ON s.project_id = n.project_id AND s.address = n.address";

}  // namespace

suppressions read_suppressions(
    postgres::transaction& tx, const std::vector<address_name>& addresses
) {
    suppressions found;
    if (addresses.empty()) {
        return found;
    }
    postgres::array_parameter projects{"text"};
    postgres::array_parameter digests{"bytea"};
    for (const auto& [project, digest] : addresses) {
        projects.add(project);
        digests.add(digest);
    }
    const auto params = postgres::params{}.array(std::move(projects)).array(std::move(digests));
    for (const auto& row : tx.query(select_suppressions, params)) {
        if (const auto cause = read_cause(row.text("cause"))) {
            found[{row.text("project_id"), row.bytes("address")}].insert_or_assign(
                *cause, suppression{row.text("event_id"), row.timestamp("since")}
            );
        }
    }
    return found;
}

}  // namespace vf::normaliser
