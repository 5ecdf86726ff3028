// The schema and its version. Migrations are deploy/migrations/NNNN_what.sql, forward only, each in
// one transaction, applied in order under an advisory lock and recorded in `schema_migrations` with
// the time and name. Blocking; called by `console migrate` and at start-up.
#pragma once

#include <cstdint>
#include <string>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/task.hpp"

namespace vf::postgres {

// The version this build was made for: the highest NNNN under deploy/migrations.
inline constexpr std::int64_t schema_version = 9;

// The number of migrations applied. Errors: those of the pool that are transient, once they lasted
// for `limit` (the server away, a lock held by others), permanent/migration_failed (which file,
// what Postgres said), permanent/migrations_unreadable (also: a gap or a duplicate in the numbers),
// permanent/database_error.
[[nodiscard]] result<std::int64_t> migrate(
    const std::string& url, const std::string& directory, vf::duration limit
);

// Refuses to start on a wrong schema: older than this build needs is permanent/schema_too_old. A
// newer one is accepted, since migrations only expand. Retries while the database is away, up to
// `limit`.
[[nodiscard]] runtime::task<result<void>> require_schema(pool& database, vf::duration limit);

}  // namespace vf::postgres
