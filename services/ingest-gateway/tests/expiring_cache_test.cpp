#include "ingest-gateway/auth/expiring_cache.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

const instant now = *parse_instant("2024-11-20T12:00:00Z");
constexpr cache_limits small{std::chrono::seconds{4}, 3};

}  // namespace

TEST_CASE("expiring cache: a value ages from fresh to stale, a refusal to unknown") {
    expiring_cache<int> cache{small};
    cache.put("a", 1, now);
    cache.put("b", std::nullopt, now);
    const auto later = [&](std::int64_t milliseconds) {
        return now + std::chrono::milliseconds{milliseconds};
    };
    CHECK(cache.freshness_of("a", later(1'999)) == freshness::fresh);
    CHECK(cache.freshness_of("a", later(2'000)) == freshness::ageing);
    CHECK(cache.freshness_of("a", later(3'999)) == freshness::ageing);
    CHECK(cache.freshness_of("a", later(4'000)) == freshness::stale);
    CHECK(cache.freshness_of("b", later(0)) == freshness::fresh);
    CHECK(cache.freshness_of("b", later(4'000)) == freshness::unknown);
    CHECK(cache.freshness_of("c", later(0)) == freshness::unknown);
    CHECK(cache.value("a") == 1);
    CHECK_FALSE(cache.value("b").has_value());
}

TEST_CASE("expiring cache: refusals make room first") {
    expiring_cache<int> cache{small};
    cache.put("a", 1, now);
    cache.put("b", std::nullopt, now);
    cache.put("c", std::nullopt, now);
    cache.put("d", std::nullopt, now);
    CHECK(cache.size() == 2);
    CHECK(cache.value("a") == 1);
}

TEST_CASE("expiring cache: a full one replaces a value in its place") {
    expiring_cache<int> cache{small};
    for (const auto* key : {"a", "b", "c"}) {
        cache.put(key, 1, now);
    }
    cache.put("a", 2, now);
    CHECK(cache.size() == 3);
    CHECK(cache.value("a") == 2);
    cache.put("d", 3, now);
    CHECK(cache.size() == 1);
}
