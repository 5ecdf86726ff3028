#include "ingest-gateway/auth/expiring_cache.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

const instant now = *parse_instant("2024-11-20T12:00:00Z");
constexpr cache_limits small{
    std::chrono::seconds{4}, std::chrono::seconds{20}, std::chrono::seconds{60}, 4, 4
};

}  // namespace

TEST_CASE("expiring cache: a value ages from fresh to old to unknown, an absence to unknown") {
    expiring_cache<int> cache{small};
    cache.put("a", 1, now);
    cache.put("b", std::nullopt, now);
    const auto later = [&](std::int64_t milliseconds) {
        return now + std::chrono::milliseconds{milliseconds};
    };
    CHECK(cache.freshness_of("a", later(1'999)) == freshness::fresh);
    CHECK(cache.freshness_of("a", later(2'000)) == freshness::ageing);
    CHECK(cache.freshness_of("a", later(3'999)) == freshness::ageing);
    CHECK(cache.freshness_of("a", later(4'000)) == freshness::late);
    CHECK(cache.freshness_of("a", later(19'999)) == freshness::late);
    CHECK(cache.freshness_of("a", later(20'000)) == freshness::old);
    CHECK(cache.freshness_of("a", later(59'999)) == freshness::old);
    CHECK(cache.freshness_of("a", later(60'000)) == freshness::unknown);
    CHECK(cache.freshness_of("b", later(0)) == freshness::fresh);
    CHECK(cache.freshness_of("b", later(4'000)) == freshness::unknown);
    CHECK(cache.freshness_of("c", later(0)) == freshness::unknown);
    CHECK(cache.value("a") == 1);
    CHECK_FALSE(cache.value("b").has_value());
}

TEST_CASE("expiring cache: what was read later than now is old, for the clock was set back") {
    expiring_cache<int> cache{small};
    cache.put("a", 1, now + std::chrono::milliseconds{1});
    cache.put("b", std::nullopt, now + std::chrono::hours{1});
    CHECK(cache.freshness_of("a", now) == freshness::old);
    CHECK(cache.fresh_value("a", now) == nullptr);
    CHECK(cache.freshness_of("b", now) == freshness::unknown);
}

TEST_CASE("expiring cache: absences push out no value, and are bounded themselves") {
    expiring_cache<int> cache{small};
    cache.put("a", 1, now);
    for (int i = 0; i < 1'000; ++i) {
        cache.put("guessed " + std::to_string(i), std::nullopt, now);
    }
    CHECK(cache.value("a") == 1);
    CHECK(cache.size() <= 5);
}

TEST_CASE("expiring cache: what comes to be is no absence, and what is gone no value") {
    expiring_cache<int> cache{small};
    cache.put("a", std::nullopt, now);
    cache.put("a", 1, now);
    CHECK(cache.value("a") == 1);
    CHECK(cache.size() == 1);
    cache.put("a", std::nullopt, now);
    CHECK_FALSE(cache.value("a").has_value());
    CHECK(cache.freshness_of("a", now) == freshness::fresh);
    CHECK(cache.size() == 1);
}

TEST_CASE("expiring cache: values that are read again stay, and others make room") {
    expiring_cache<int> cache{small};
    for (int i = 0; i < 100; ++i) {
        cache.put("used", i, now);
        cache.put("once " + std::to_string(i), i, now);
    }
    CHECK(cache.value("used") == 99);
    CHECK_FALSE(cache.value("once 0").has_value());
    CHECK(cache.size() <= 4);
}
