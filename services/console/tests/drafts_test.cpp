#include <catch2/catch_test_macros.hpp>

#include "console/resources/drafts.hpp"
#include "console/tests/fields_of.hpp"

using namespace vf::console;

TEST_CASE("draft: it has exactly the fixed fields") {
    CHECK(fields_of(draft_row{}) == field_names{"id", "rule", "status", "created_at"});
    CHECK(
        fields_of(draft_detail{}) ==
        field_names{
            "id", "rule", "status", "created_at", "external_user_id", "preset", "message_id",
            "sent_at", "actions"
        }
    );
    CHECK(fields_of(draft_action_row{}) == field_names{"action", "actor", "reason", "acted_at"});
}
