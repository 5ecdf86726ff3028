
#include <catch2/catch_test_macros.hpp>

#include "console/resources/keys.hpp"
#include "console/tests/fields_of.hpp"

using namespace vf::console;

TEST_CASE("key: a new one is shown with its secret, never again afterwards") {
    const created_key created{"key_1", "sk_live_x", "abcd"};
    CHECK(fields_of(created) == field_names{"id", "secret", "last4"});
    CHECK(
        fields_of(rotated_key{created, "key_0"}) == field_names{"id", "secret", "last4", "replaces"}
    );
    key_row key;
    key.digest = "secret";
    CHECK(
        fields_of(key) ==
        field_names{"id", "name", "last4", "created_at", "revoked_at", "last_used_at"}
    );
}
