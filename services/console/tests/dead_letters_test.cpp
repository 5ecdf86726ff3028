
#include <catch2/catch_test_macros.hpp>

#include "console/resources/dead_letters.hpp"
#include "console/tests/fields_of.hpp"

using namespace vf::console;

TEST_CASE("dead letter: it has exactly the fixed fields") {
    CHECK(
        fields_of(dead_letter_row{}) ==
        field_names{"id", "delivery_id", "event_id", "cause", "attempts", "state"}
    );
}
