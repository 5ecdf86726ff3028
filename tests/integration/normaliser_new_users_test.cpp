// What many new users at once cost while much waits, with plans that were made for an empty table:
// so it is on a fresh system, and in the first minutes of each month.
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "normaliser/ingest/plan_for_probes.hpp"
#include "normaliser/ingest/waiting_events.hpp"
#include "normaliser_fixture.hpp"

using namespace vf;
using namespace vf::normaliser_tests;

namespace {

constexpr std::int64_t users_waiting = 2'000;
constexpr std::int64_t users_attached = 500;

struct attaching {
    std::size_t found{0};
    std::size_t waiting{0};
    std::int64_t rows_read{0};
};

std::vector<normaliser::attaching_user> users(std::int64_t count) {
    std::vector<normaliser::attaching_user> some;
    for (std::int64_t i = 1; i <= count; ++i) {
        some.push_back(
            {.user_id = i, .project = "prj_1", .user = "u" + std::to_string(i), .since = noon}
        );
    }
    return some;
}

// Of one connection, so that its plans are those it made first.
attaching attach(normaliser_fixture& fixture, postgres::pool& connection, std::int64_t count) {
    auto work = [count](postgres::transaction& tx) {
        tx.execute(normaliser::plan_for_probes);
        const auto found = normaliser::attach_some(tx, users(count), {}, {10, 10'000}).found;
        const auto waiting = normaliser::still_waiting(tx, users(count)).size();
        const auto read = tx.query(
            "SELECT coalesce(sum(idx_tup_fetch + seq_tup_read), 0)::bigint"
            " FROM pg_stat_xact_user_tables WHERE relname LIKE 'event\\_rows%'"
        );
        return attaching{found, waiting, read[0].integer(0)};
    };
    return support::run_task(fixture.events(), connection.transact(work)).value();
}

}  // namespace

TEST_CASE("new users: of what waits no more is read than is theirs") {
    normaliser_fixture fixture;
    fixture.run(
        "INSERT INTO projects (id, name, created_at) VALUES ('prj_1', 'p', now());"
        "SELECT project_number('prj_1')"
    );
    const auto connection = fixture.make_pool(1);
    CHECK(attach(fixture, *connection, 1).found == 0);
    fixture.run(
        "INSERT INTO events (project_id, record_id, external_user_id, name, properties,"
        " occurred_at, received_at) SELECT 'prj_1', gen_random_uuid(), 'u' || i, 'x', '{}', " +
        minute_literal(0) + ", " + minute_literal(0) + " FROM generate_series(1, " +
        std::to_string(users_waiting) + ") AS i"
    );
    const auto done = attach(fixture, *connection, users_attached);
    CHECK(done.found == users_attached);
    CHECK(done.waiting == 0);
    CHECK(done.rows_read < 10 * users_attached);
}
