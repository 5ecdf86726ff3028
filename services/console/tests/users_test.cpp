#include <string>

#include <catch2/catch_test_macros.hpp>

#include "console/resources/users.hpp"
#include "console/tests/fields_of.hpp"

using namespace vf::console;

namespace {

constexpr auto noon = vf::from_microseconds(1'732'104'000'000'000);  // 2024-11-20T12:00:00Z
const std::string noon_text = "2024-11-20T12:00:00.000Z";

}  // namespace

TEST_CASE("user: it has exactly the fixed fields") {
    user_row row{"u1", std::nullopt, "Ada", R"({"plan": "pro"})", "lead", noon, noon,
                 true, "paused",     noon};
    CHECK(
        fields_of(row) ==
        field_names{
            "external_user_id", "email", "name", "traits", "stage", "first_seen_at", "last_seen_at",
            "subscribed", "status", "paused_until"
        }
    );
    CHECK(
        object_json(row) == R"({"data":{"external_user_id":"u1","email":null,"name":"Ada",)"
                            R"("traits":{"plan": "pro"},"stage":"lead","first_seen_at":")" +
                                noon_text + R"(","last_seen_at":")" + noon_text +
                                R"(","subscribed":true,"status":"paused","paused_until":")" +
                                noon_text + R"("}})"
    );
}
