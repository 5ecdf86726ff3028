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

TEST_CASE("remembered: an answer ages from fresh to stale, a refusal to unknown") {
    expiring_cache<int> memory{small};
    memory.put("a", 1, now);
    memory.put("b", std::nullopt, now);
    const auto after = [&](std::int64_t milliseconds) {
        return now + std::chrono::milliseconds{milliseconds};
    };
    CHECK(memory.judge("a", after(1'999)) == freshness::fresh);
    CHECK(memory.judge("a", after(2'000)) == freshness::ageing);
    CHECK(memory.judge("a", after(3'999)) == freshness::ageing);
    CHECK(memory.judge("a", after(4'000)) == freshness::stale);
    CHECK(memory.judge("b", after(0)) == freshness::fresh);
    CHECK(memory.judge("b", after(4'000)) == freshness::unknown);
    CHECK(memory.judge("c", after(0)) == freshness::unknown);
    CHECK(memory.value("a") == 1);
    CHECK_FALSE(memory.value("b").has_value());
}

TEST_CASE("remembered: refusals make room first") {
    expiring_cache<int> memory{small};
    memory.put("a", 1, now);
    memory.put("b", std::nullopt, now);
    memory.put("c", std::nullopt, now);
    memory.put("d", std::nullopt, now);
    CHECK(memory.size() == 2);
    CHECK(memory.value("a") == 1);
}

TEST_CASE("remembered: what is known is read again in its place, at any size") {
    expiring_cache<int> memory{small};
    for (const auto* key : {"a", "b", "c"}) {
        memory.put(key, 1, now);
    }
    memory.put("a", 2, now);
    CHECK(memory.size() == 3);
    CHECK(memory.value("a") == 2);
    memory.put("d", 3, now);
    CHECK(memory.size() == 1);
}
