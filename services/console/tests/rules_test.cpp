
#include <catch2/catch_test_macros.hpp>

#include "console/resources/rules.hpp"
#include "console/tests/fields_of.hpp"

using namespace vf::console;

TEST_CASE("rule: it has exactly the fixed fields") {
    CHECK(fields_of(rule_row{}) == field_names{"id", "kind", "preset", "state"});
}
