#include <catch2/catch_test_macros.hpp>
#include <string>

#include "normaliser/ingest/consume_ingest.hpp"
#include "normaliser_fixture.hpp"
#include "vf/domain/limits.hpp"
#include "vf/domain/reasons.hpp"
#include "vf/support/stage_runner.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/set_aside.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::normaliser_tests;

namespace {

constexpr int most = static_cast<int>(domain::limits::traits_per_user);

std::vector<domain::trait> traits_from(int first, int count, const std::string& json = "1") {
    std::vector<domain::trait> traits;
    for (int i = first; i < first + count; ++i) {
        traits.push_back({"trait_" + std::to_string(i), json});
    }
    return traits;
}

const std::string count_traits =
    "SELECT count(*)::text FROM users, jsonb_object_keys(traits) WHERE external_user_id = 'u'";

}  // namespace

TEST_CASE("trait cap: identifies beyond it have no effect and claim nothing", "[integration]") {
    normaliser_fixture fixture;
    for (int number = 0; number < 10; ++number) {
        auto part = user_of(number + 1, "u", traits_from(number * most / 10, most / 10));
        CHECK(fixture.write({part}, {}).users == 1);
    }
    CHECK(fixture.query_text(count_traits) == std::to_string(most));
    auto one_more = user_of(20, "u", {{"trait_1", "2"}, {"new_one", "1"}});
    one_more.index = 7;
    const auto written = fixture.write({one_more, user_of(21, "v", {{"a", "1"}})}, {});
    CHECK(written.over_cap == std::vector<std::size_t>{7});
    CHECK(written.users == 1);
    CHECK(
        fixture.query_text("SELECT traits->>'trait_1' FROM users WHERE external_user_id = 'u'") ==
        "1"
    );
    CHECK(
        fixture.query_text(
            "SELECT count(*)::text FROM record_claims WHERE id = '" + record(20).uuid() + "'"
        ) == "0"
    );
    // It comes again and is decided again; what changes a trait that is there goes on.
    CHECK(fixture.write({one_more}, {}).over_cap.size() == 1);
    CHECK(fixture.write({user_of(22, "u", {{"trait_1", "3"}}, 1)}, {}).users == 1);
    CHECK(
        fixture.query_text("SELECT traits->>'trait_1' FROM users WHERE external_user_id = 'u'") ==
        "3"
    );
    // Clearing keeps the name: or else its versions would be without a bound.
    CHECK(fixture.write({user_of(23, "u", {{"trait_2", "null"}}, 2)}, {}).users == 1);
    CHECK(fixture.write({user_of(24, "u", {{"new_one", "1"}}, 3)}, {}).over_cap.size() == 1);
}

TEST_CASE("trait cap: bytes are counted too, of a user who is new as well", "[integration]") {
    normaliser_fixture fixture;
    constexpr std::size_t large = 30'000;
    const auto fits = domain::limits::traits_bytes_per_user / (large + 20);
    std::vector<normaliser::user_change> users;
    for (std::size_t i = 0; i <= fits; ++i) {
        const auto number = static_cast<int>(i);
        const std::string text = '"' + std::string(large, 'x') + '"';
        users.push_back(user_of(number + 1, "u", traits_from(number, 1, text), number));
        users.back().index = i;
    }
    CHECK(fixture.write(users, {}).over_cap == std::vector<std::size_t>{fits});
    CHECK(fixture.query_text(count_traits) == std::to_string(fits));
    CHECK(fixture.write({users.back()}, {}).over_cap.size() == 1);
}

TEST_CASE("trait cap: what is beyond it is set aside with its reason", "[integration]") {
    normaliser_fixture fixture;
    fixture.run("INSERT INTO projects VALUES ('prj_1', 'one', now())");
    const manual_clock now{noon};
    telemetry::registry registry;
    const normaliser::metrics metrics{registry};
    normaliser::consume_ingest stage{fixture.store(), now, metrics, metrics.live_visible};
    support::stage_runner<wire::ingest_record> ingest{
        fixture.events(), now, wire::consumers::ingest, wire::decode_ingest, stage
    };
    fixture.write({user_of(1, "u", traits_from(0, most))}, {});
    wire::ingest_record message;
    message.project = project;
    message.id = record(2);
    message.kind = wire::ingest_kind::user;
    message.body = R"({"external_user_id":"u","traits":{"another":1}})";
    message.received_at = noon;
    const auto out =
        ingest.process({wire::encode(message, domain::external_user_id{"u"}, wire::topic::ingest)});
    REQUIRE(out.size() == 1);
    const auto item = wire::decode_quarantined(out.front());
    REQUIRE(item.has_value());
    CHECK(item->reason.code == domain::reason::too_many_traits);
    CHECK(item->reason.field == "traits");
    CHECK(ingest.committed());
}
