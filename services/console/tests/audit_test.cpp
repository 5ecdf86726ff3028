
#include <catch2/catch_test_macros.hpp>

#include "console/resources/audit.hpp"
#include "console/tests/fields_of.hpp"

using namespace vf::console;

TEST_CASE("audit: an entry has exactly the fixed fields") {
    audit_row row;
    row.id = 7;
    row.entry = {"admin", "key.revoke", "key_1", std::nullopt, R"({"a": 1})"};
    CHECK(
        fields_of(row) == field_names{"id", "at", "actor", "action", "target", "reason", "detail"}
    );
}
