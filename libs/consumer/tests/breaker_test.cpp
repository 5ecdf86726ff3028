#include "vf/consumer/breaker.hpp"

#include <catch2/catch_test_macros.hpp>
#include <vector>

using namespace vf;
using consumer::breaker;

TEST_CASE("breaker: trips at more than twenty and more than half") {
    struct row {
        std::size_t impossible;
        std::size_t batch;
        bool trips;
    };

    const std::vector<row> rows{
        {0, 0, false},   {20, 20, false},    {21, 21, true},     {21, 41, true},
        {21, 42, false}, {22, 42, true},     {500, 1000, false}, {501, 1000, true},
        {20, 39, false}, {1000, 1000, true}, {999, 2000, false},
    };
    for (const auto& [impossible, batch, trips] : rows) {
        INFO(impossible << " of " << batch);
        CHECK(breaker{}.trips(impossible, batch) == trips);
        CHECK_FALSE(breaker{false}.trips(impossible, batch));
    }
    const auto why = breaker::why(501, 1000);
    CHECK(why.kind == failure::permanent);
    CHECK(why.code == "too_many_set_aside");
    CHECK(why.detail == "501 of 1000 records");
}
