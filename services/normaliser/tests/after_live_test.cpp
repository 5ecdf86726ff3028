#include "normaliser/ingest/after_live.hpp"

#include <catch2/catch_test_macros.hpp>
#include <vector>

using namespace vf;
using namespace vf::normaliser;

TEST_CASE("after live: a backlog waits while live traffic is behind, and never for good") {
    using std::chrono::milliseconds;

    struct row {
        milliseconds behind;
        std::int64_t unread;
        milliseconds waited;
        bool yields;
    };

    const std::vector<row> rows{
        {milliseconds{0}, 0, milliseconds{0}, false},
        {milliseconds{1'000}, 2'000, milliseconds{0}, false},
        {milliseconds{1'001}, 0, milliseconds{0}, true},
        {milliseconds{0}, 2'001, milliseconds{0}, true},
        {milliseconds{60'000}, 1'000'000, milliseconds{4'999}, true},
        {milliseconds{60'000}, 1'000'000, milliseconds{5'000}, false},
    };
    for (const auto& [behind, unread, waited, yields] : rows) {
        CHECK(yields_to({behind, unread}, waited) == yields);
    }
}
