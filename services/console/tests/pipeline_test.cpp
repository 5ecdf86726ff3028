
#include <catch2/catch_test_macros.hpp>

#include "console/resources/pipeline.hpp"
#include "console/tests/fields_of.hpp"

using namespace vf::console;

TEST_CASE("pipeline: a stage shows its age to the millisecond") {
    CHECK(
        object_json(stage_row{"deliver", 3, 1.23456}) ==
        R"({"data":{"stage":"deliver","waiting":3,"oldest_seconds":1.235}})"
    );
    CHECK(
        object_json(stage_row{"deliver", 0, 0}) ==
        R"({"data":{"stage":"deliver","waiting":0,"oldest_seconds":0}})"
    );
}
