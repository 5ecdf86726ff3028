
#include <catch2/catch_test_macros.hpp>

#include "console/resources/projects.hpp"
#include "console/tests/fields_of.hpp"

using namespace vf::console;

namespace {

constexpr auto noon = vf::from_microseconds(1'732'104'000'000'000);  // 2024-11-20T12:00:00Z

}  // namespace

TEST_CASE("project: it has exactly the fixed fields, null for a default") {
    project_row row{.id = "prj_1", .name = "one", .created_at = noon};
    row.limits.bulk = 7;
    CHECK(
        object_json(row) ==
        R"({"data":{"id":"prj_1","name":"one","limits":{"single":null,"batch":null,"bulk":7},)"
        R"("require_idempotency_key":false,"retention_days":null,)"
        R"("created_at":"2024-11-20T12:00:00.000Z"}})"
    );
}
