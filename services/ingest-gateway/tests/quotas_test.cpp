#include "quotas.hpp"

#include <catch2/catch_test_macros.hpp>

#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::ingest_gateway;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const instant noon = *parse_instant("2024-11-20T12:00:00Z");

quota_settings settings() {
    quota_settings made;
    made.requests = {3, 2, 1};
    made.flood = 10;
    made.backlog_max = 100;
    return made;
}

customer of(const std::string& project) {
    customer made;
    made.project = domain::project_id{project};
    return made;
}

int allowed(quotas& by, const customer& who, rate_kind kind, instant now) {
    int count = 0;
    while (by.ask(who, kind, now).allowed) {
        ++count;
    }
    return count;
}

}  // namespace

TEST_CASE("quotas: a second's worth may come at once, and no more") {
    quotas by{settings()};
    CHECK(allowed(by, of("a"), rate_kind::single, noon) == 3);
    CHECK(allowed(by, of("a"), rate_kind::batch, noon) == 2);
    CHECK(allowed(by, of("a"), rate_kind::bulk, noon) == 1);
    CHECK(allowed(by, of("b"), rate_kind::single, noon) == 3);
}

TEST_CASE("quotas: tokens come back evenly and do not pile up") {
    quotas by{settings()};
    REQUIRE(allowed(by, of("a"), rate_kind::single, noon) == 3);
    CHECK(allowed(by, of("a"), rate_kind::single, noon + milliseconds{333}) == 0);
    CHECK(allowed(by, of("a"), rate_kind::single, noon + milliseconds{334}) == 1);
    CHECK(allowed(by, of("a"), rate_kind::single, noon + seconds{60}) == 3);
}

TEST_CASE("quotas: a clock that is set back gives nothing") {
    quotas by{settings()};
    REQUIRE(allowed(by, of("a"), rate_kind::single, noon) == 3);
    CHECK(allowed(by, of("a"), rate_kind::single, noon - seconds{60}) == 0);
    CHECK(allowed(by, of("a"), rate_kind::single, noon - seconds{59}) == 3);
}

TEST_CASE("quotas: an answer tells limit, rest and when to come again") {
    quotas by{settings()};
    const auto first = by.ask(of("a"), rate_kind::single, noon);
    CHECK(first.allowed);
    CHECK(first.limit == 3);
    CHECK(first.remaining == 2);
    CHECK(first.reset_seconds == 1);
    REQUIRE(allowed(by, of("a"), rate_kind::single, noon) == 2);
    const auto refused = by.ask(of("a"), rate_kind::single, noon);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.remaining == 0);
    CHECK(refused.reset_seconds == 1);
}

TEST_CASE("quotas: what a project has of its own goes before what is configured") {
    quotas by{settings()};
    auto who = of("a");
    who.own_limits.single = 5;
    CHECK(allowed(by, who, rate_kind::single, noon) == 5);
    CHECK(allowed(by, who, rate_kind::batch, noon) == 2);
    who.own_limits.single = 7;
    CHECK(allowed(by, who, rate_kind::single, noon) == 2);
    who.own_limits.single.reset();
    CHECK(allowed(by, who, rate_kind::single, noon + seconds{1}) == 3);
}

TEST_CASE("quotas: without limits there is nothing to tell") {
    auto none = settings();
    none.limited = false;
    quotas by{none};
    const auto told = by.ask(of("a"), rate_kind::bulk, noon);
    CHECK(told.allowed);
    CHECK(told.limit == 0);
    none.limited = true;
    none.requests.bulk.reset();
    quotas other{none};
    CHECK(other.ask(of("a"), rate_kind::bulk, noon).limit == 0);
}

TEST_CASE("quotas: a project floods after ten seconds above, until it was quiet half as long") {
    quotas by{settings()};
    CHECK_FALSE(by.flooding("a", 99, noon));
    CHECK(by.flooding("a", 1, noon));
    CHECK_FALSE(by.flooding("b", 1, noon));
    CHECK(by.flooding("a", 1, noon + seconds{4}));
    CHECK(by.flooding("a", 1, noon + seconds{5}));
    CHECK_FALSE(by.flooding("a", 1, noon + seconds{6}));
}

TEST_CASE("quotas: a rate below the limit never floods") {
    quotas by{settings()};
    for (int second = 0; second < 1'000; ++second) {
        REQUIRE_FALSE(by.flooding("a", 10, noon + seconds{second}));
    }
}

TEST_CASE("quotas: the backlog of one project is not that of another") {
    quotas by{settings()};
    CHECK_FALSE(by.queueing());
    by.queued("a", 100);
    CHECK(by.backlog_full("a"));
    CHECK_FALSE(by.backlog_full("b"));
    CHECK(by.queueing());
    by.lane_moved({200, 200});
    CHECK_FALSE(by.backlog_full("a"));
    CHECK_FALSE(by.queueing());
}
