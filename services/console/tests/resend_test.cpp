#include <catch2/catch_test_macros.hpp>

#include "console/resources/resend.hpp"

using namespace vf::console;

TEST_CASE("resend: a reason is required") {
    CHECK(parse_reason(R"({"reason":"the receiver was down"})") == "the receiver was down");
    const auto none = parse_reason("{}");
    REQUIRE_FALSE(none);
    CHECK(none.error().field == "reason");
}
