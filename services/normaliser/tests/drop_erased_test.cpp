#include "normaliser/upkeep/drop_erased.hpp"

#include <catch2/catch_test_macros.hpp>

#include "vf/base/time_text.hpp"
#include "vf/crypto/digest.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

const instant noon = *parse_instant("2024-11-20T12:00:00Z");

new_event event_of(const std::string& project, const std::string& user, int seconds) {
    new_event new_event;
    new_event.who = {domain::project_id{project}, domain::external_user_id{user}};
    new_event.received_at = noon + std::chrono::seconds{seconds};
    return new_event;
}

erased_users ada_erased(bool begun) {
    erased_users erased_users;
    erased_users.add(crypto::sha256("prj_1:ada"), {noon, begun});
    return erased_users;
}

}  // namespace

TEST_CASE("drop erased: what was received until the erasure goes, of that person alone") {
    ingest_batch batch;
    batch.events = {
        event_of("prj_1", "ada", -1), event_of("prj_1", "ada", 0), event_of("prj_1", "bob", -1),
        event_of("prj_2", "ada", -1)
    };
    auto users = group_by_user(batch);
    const auto done = drop_received(users, ada_erased(false));
    CHECK(done.records == 2);
    CHECK_FALSE(done.too_early);
    CHECK(done.left.empty());
    CHECK_FALSE(users.at({"prj_1", "ada"}).has_records());
    CHECK(users.at({"prj_1", "bob"}).has_records());
    CHECK(users.at({"prj_2", "ada"}).has_records());
}

TEST_CASE("drop erased: what was received after it stays, and waits until the user is gone") {
    ingest_batch batch;
    batch.events = {event_of("prj_1", "ada", 0), event_of("prj_1", "ada", 1)};
    for (const bool begun : {false, true}) {
        auto users = group_by_user(batch);
        const auto dropped = drop_received(users, ada_erased(begun));
        CHECK(dropped.records == 1);
        CHECK(dropped.too_early == !begun);
        CHECK(users.at({"prj_1", "ada"}).received_after == noon);
        REQUIRE(dropped.left.size() == 1);
        CHECK(dropped.left.front()->second.events.size() == 1);
    }
}
