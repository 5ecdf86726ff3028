// Lists that show what is open, among many that are not: they read an index of those.
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <string>

#include "console/store/set_aside_store.hpp"
#include "normaliser_fixture.hpp"

using namespace vf;
using namespace vf::normaliser_tests;

namespace {

// How many entries of the index the transaction has read.
std::int64_t entries_read(postgres::transaction& tx, const std::string& index) {
    return tx
        .query(
            "SELECT pg_stat_get_xact_tuples_returned($1::text::regclass)",
            postgres::params{}.text(index)
        )
        .front()
        .integer(0);
}

template <class List>
void check_read(
    normaliser_fixture& fixture, const std::string& index, std::int64_t most, List list
) {
    auto work = [&](postgres::transaction& tx) {
        const auto before = entries_read(tx, index);
        const bool empty = list(tx);
        return empty ? 0 : entries_read(tx, index) - before;
    };
    const auto done = support::run_task(fixture.events(), fixture.database().transact(work));
    REQUIRE(done.has_value());
    INFO(index);
    CHECK(*done > 0);
    CHECK(*done <= most);
}

}  // namespace

TEST_CASE("open lists: what is open is found without what is not") {
    normaliser_fixture fixture;
    // The five that are open are the oldest: without an index of theirs they are found last.
    fixture.run(
        "INSERT INTO dead_letters (id, project_id, delivery_id, event_id, endpoint_id, cause,"
        " detail, attempts, died_at, resent_at) SELECT 'dlq_' || n, 'prj_1', 'dlv_' || n, 'evt',"
        " 'ep_1', 'x', '', 1, now() - (20005 - n) * interval '1 second',"
        " CASE WHEN n > 5 THEN now() END FROM generate_series(1, 20005) AS n;"
        "INSERT INTO quarantine_items (id, project_id, stage, code, field, detail, topic,"
        " partition, \"offset\", value, headers, body, received_at, set_aside_at, replayed_at,"
        " fingerprint) SELECT 'qtn_' || n, CASE WHEN n > 2000 THEN 'prj_2' ELSE 'prj_1' END,"
        " 'normalise', 'x', '', '', 'vf.ingest', 0, n, '', '[]', '{}', now(),"
        " now() - (20005 - n) * interval '1 second',"
        " CASE WHEN n BETWEEN 6 AND 15000 THEN now() END, 'v1:x'"
        " FROM generate_series(1, 20005) AS n;"
        "ANALYZE dead_letters; ANALYZE quarantine_items"
    );
    check_read(fixture, "dead_letters_open_idx", 5, [](postgres::transaction& tx) {
        console::dead_letter_filter filter;
        filter.project = "prj_1";
        return console::list_dead_letters(tx, filter, {}).rows.empty();
    });
    check_read(fixture, "quarantine_items_open_idx", 5, [](postgres::transaction& tx) {
        console::quarantine_filter filter;
        filter.project = "prj_1";
        return console::list_quarantined(tx, filter, {}).rows.empty();
    });
    check_read(fixture, "quarantine_items_all_open_idx", 51, [](postgres::transaction& tx) {
        return console::list_quarantined(tx, {}, {}).rows.empty();
    });
}
