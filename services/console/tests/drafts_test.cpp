
#include <catch2/catch_test_macros.hpp>

#include "console/resources/drafts.hpp"
#include "console/tests/fields_of.hpp"

using namespace vf::console;

TEST_CASE("draft: it has exactly the fixed fields") {
    CHECK(fields_of(draft_row{}) == field_names{"id", "rule", "status", "created_at"});
}
