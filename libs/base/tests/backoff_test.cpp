#include "vf/base/backoff.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <cstdint>
#include <limits>

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct backoff_case {
    std::uint32_t failures;
    double fraction;
    vf::duration expected;
};

}  // namespace

TEST_CASE("backoff: the delay doubles up to the ceiling with jitter above half of it") {
    const vf::backoff policy{.first = milliseconds{100}, .ceiling = seconds{1}};
    const auto [failures, fraction, expected] = GENERATE(
        backoff_case{0, 0.5, microseconds{0}}, backoff_case{1, 0.0, milliseconds{50}},
        backoff_case{1, 0.5, milliseconds{75}}, backoff_case{2, 0.0, milliseconds{100}},
        backoff_case{2, 0.5, milliseconds{150}}, backoff_case{3, 0.0, milliseconds{200}},
        backoff_case{4, 0.0, milliseconds{400}}, backoff_case{5, 0.0, milliseconds{500}},
        backoff_case{6, 0.5, milliseconds{750}},
        backoff_case{std::numeric_limits<std::uint32_t>::max(), 0.0, milliseconds{500}}
    );
    CAPTURE(failures, fraction);
    CHECK(policy.delay(failures, fraction) == expected);
}

TEST_CASE("backoff: no fraction reaches the whole delay") {
    const vf::backoff policy{.first = milliseconds{100}, .ceiling = seconds{1}};
    CHECK(policy.delay(1, 1.0 - 0x1p-53) == microseconds{99'999});
}

TEST_CASE("backoff: odd settings neither overflow nor loop") {
    const vf::backoff above{.first = seconds{10}, .ceiling = seconds{1}};
    CHECK(above.delay(1, 0.0) == milliseconds{500});
    CHECK(above.delay(9, 0.0) == milliseconds{500});
    const vf::backoff none{.first = seconds{0}, .ceiling = seconds{1}};
    CHECK(none.delay(std::numeric_limits<std::uint32_t>::max(), 0.5) == microseconds{0});
    const vf::backoff endless{.first = microseconds{1}, .ceiling = vf::duration::max()};
    CHECK(endless.delay(500, 0.0) == vf::duration::max() / 2);
}
