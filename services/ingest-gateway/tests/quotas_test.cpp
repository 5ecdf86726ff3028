#include "ingest-gateway/limits/quotas.hpp"

#include <catch2/catch_test_macros.hpp>

#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::ingest_gateway;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const instant noon = *parse_instant("2024-11-20T12:00:00Z");

quota_settings settings() {
    quota_settings settings;
    settings.requests = {3, 2, 1};
    settings.flood = 10;
    settings.backlog_max = 100;
    return settings;
}

customer customer_of(const std::string& project) {
    customer customer;
    customer.project = domain::project_id{project};
    return customer;
}

int allowed(quotas& quotas, const customer& who, rate_kind kind, instant now) {
    int count = 0;
    while (quotas.take_token(who, kind, now).allowed) {
        ++count;
    }
    return count;
}

}  // namespace

TEST_CASE("quotas: a second's worth may come at once, and no more") {
    quotas quotas{settings()};
    CHECK(allowed(quotas, customer_of("a"), rate_kind::single, noon) == 3);
    CHECK(allowed(quotas, customer_of("a"), rate_kind::batch, noon) == 2);
    CHECK(allowed(quotas, customer_of("a"), rate_kind::bulk, noon) == 1);
    CHECK(allowed(quotas, customer_of("b"), rate_kind::single, noon) == 3);
}

TEST_CASE("quotas: tokens come back evenly and do not pile up") {
    quotas quotas{settings()};
    REQUIRE(allowed(quotas, customer_of("a"), rate_kind::single, noon) == 3);
    CHECK(allowed(quotas, customer_of("a"), rate_kind::single, noon + milliseconds{333}) == 0);
    CHECK(allowed(quotas, customer_of("a"), rate_kind::single, noon + milliseconds{334}) == 1);
    CHECK(allowed(quotas, customer_of("a"), rate_kind::single, noon + seconds{60}) == 3);
}

TEST_CASE("quotas: a clock that is set back gives nothing") {
    quotas quotas{settings()};
    REQUIRE(allowed(quotas, customer_of("a"), rate_kind::single, noon) == 3);
    CHECK(allowed(quotas, customer_of("a"), rate_kind::single, noon - seconds{60}) == 0);
    CHECK(allowed(quotas, customer_of("a"), rate_kind::single, noon - seconds{59}) == 3);
}

TEST_CASE("quotas: the status has the limit, what remains and when to come again") {
    quotas quotas{settings()};
    const auto first = quotas.take_token(customer_of("a"), rate_kind::single, noon);
    CHECK(first.allowed);
    CHECK(first.limit == 3);
    CHECK(first.remaining == 2);
    CHECK(first.reset_seconds == 1);
    REQUIRE(allowed(quotas, customer_of("a"), rate_kind::single, noon) == 2);
    const auto refused = quotas.take_token(customer_of("a"), rate_kind::single, noon);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.remaining == 0);
    CHECK(refused.reset_seconds == 1);
}

TEST_CASE("quotas: what a project has of its own goes before what is configured") {
    quotas quotas{settings()};
    auto who = customer_of("a");
    who.own_limits.single = 5;
    CHECK(allowed(quotas, who, rate_kind::single, noon) == 5);
    CHECK(allowed(quotas, who, rate_kind::batch, noon) == 2);
    who.own_limits.single = 7;
    CHECK(allowed(quotas, who, rate_kind::single, noon) == 2);
    who.own_limits.single.reset();
    CHECK(allowed(quotas, who, rate_kind::single, noon + seconds{1}) == 3);
}

TEST_CASE("quotas: without limits everything is allowed and the status is empty") {
    auto none = settings();
    none.limited = false;
    quotas by{none};
    const auto rate = by.take_token(customer_of("a"), rate_kind::bulk, noon);
    CHECK(rate.allowed);
    CHECK(rate.limit == 0);
    none.limited = true;
    none.requests.bulk.reset();
    quotas other{none};
    CHECK(other.take_token(customer_of("a"), rate_kind::bulk, noon).limit == 0);
}

TEST_CASE("quotas: a project floods after ten seconds above, until it was quiet half as long") {
    quotas quotas{settings()};
    CHECK_FALSE(quotas.flooding("a", 99, noon));
    CHECK(quotas.flooding("a", 1, noon));
    CHECK_FALSE(quotas.flooding("b", 1, noon));
    CHECK(quotas.flooding("a", 1, noon + seconds{4}));
    CHECK(quotas.flooding("a", 1, noon + seconds{5}));
    CHECK_FALSE(quotas.flooding("a", 1, noon + seconds{6}));
}

TEST_CASE("quotas: a rate below the limit never floods") {
    quotas quotas{settings()};
    for (int second = 0; second < 1'000; ++second) {
        REQUIRE_FALSE(quotas.flooding("a", 10, noon + seconds{second}));
    }
}

TEST_CASE("quotas: the backlog of one project is not that of another") {
    quotas quotas{settings()};
    CHECK_FALSE(quotas.backlogged());
    quotas.add_backlog("a", 100);
    CHECK(quotas.backlog_full("a"));
    CHECK_FALSE(quotas.backlog_full("b"));
    CHECK(quotas.backlogged());
    quotas.update_backlog({200, 200});
    CHECK_FALSE(quotas.backlog_full("a"));
    CHECK_FALSE(quotas.backlogged());
}
