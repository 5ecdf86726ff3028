#include "normaliser/users/permission_lock.hpp"

#include <string_view>

namespace vf::normaliser {

namespace {

// Of projects that share one of 256 locks one waits for the other: the lock table is small. In
// ascending order, so that two transactions never wait for each other.
constexpr std::string_view lock_shared =
    "SELECT pg_advisory_xact_lock_shared(7101, k.lock)::text FROM ("
    "   SELECT DISTINCT hashtext(p) & 255 AS lock FROM unnest($1::text[]) AS p ORDER BY 1) AS k";

constexpr std::string_view lock_alone =
    "SELECT pg_advisory_xact_lock(7101, k.lock)::text FROM ("
    "   SELECT DISTINCT hashtext(p) & 255 AS lock FROM unnest($1::text[]) AS p ORDER BY 1) AS k";

}  // namespace

void lock_permissions(
    postgres::transaction& tx, const std::vector<std::string>& projects, permission_lock how
) {
    if (!projects.empty()) {
        tx.query(
            how == permission_lock::alone ? lock_alone : lock_shared,
            postgres::params{}.texts(projects)
        );
    }
}

}  // namespace vf::normaliser
