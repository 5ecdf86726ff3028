#include "server/body_sink.hpp"

#include <string>
#include <utility>

#include <catch2/catch_test_macros.hpp>

namespace vf::http {

namespace {

using state = body_sink::state;

constexpr std::size_t megabyte = 1U << 20U;

}  // namespace

TEST_CASE("body sink: what comes is held, what is to come is not") {
    telemetry::registry metrics;
    const body_budget budget{{16 * megabyte, 16 * megabyte}, metrics};
    auto lease = budget.open("a");
    std::string body;
    body_sink sink{megabyte, content_coding::identity, lease, body};
    REQUIRE(sink.open(megabyte) == state::good);
    CHECK(budget.held() == 0);
    REQUIRE(sink.append("four") == state::good);
    CHECK(budget.held() <= 32U << 10U);
    REQUIRE(sink.prepare(megabyte - 4).value().size() == megabyte - 4);
    CHECK(budget.held() == megabyte);
    REQUIRE(sink.commit(1) == state::good);
    REQUIRE(sink.finish() == state::good);
    CHECK(budget.held() == 5);
    CHECK(sink.open(megabyte + 1) == state::too_large);
}

TEST_CASE("body sink: bytes that decode to nothing take no memory, however many they are") {
    telemetry::registry metrics;
    const body_budget budget{{16 * megabyte, 16 * megabyte}, metrics};
    auto lease = budget.open("a");
    std::string body;
    body_sink sink{8 * megabyte, content_coding::gzip, lease, body};
    REQUIRE(sink.open(8 * megabyte) == state::good);
    REQUIRE(sink.append(std::string_view{"\x1f\x8b\x08\0\0\0\0\0\0\x03", 10}) == state::good);
    // A stored block of no bytes, again and again.
    constexpr std::string_view block{"\0\0\0\xff\xff", 5};
    std::size_t sent = 0;
    while (sent < 2 * megabyte) {
        const auto space = sink.prepare(4 * megabyte).value();
        REQUIRE(space.size() <= 16U << 10U);
        const auto count = space.size() / block.size() * block.size();
        for (std::size_t i = 0; i < count; i += block.size()) {
            block.copy(space.data() + i, block.size());
        }
        REQUIRE(sink.commit(count) == state::good);
        sent += count;
    }
    CHECK(body.empty());
    CHECK(budget.held() <= 256U << 10U);
}

}  // namespace vf::http
