#include "webhook-dispatcher/erasures.hpp"

#include <catch2/catch_test_macros.hpp>

#include "vf/crypto/digest.hpp"
#include "webhook-dispatcher/fan_out/fired_event.hpp"

using namespace vf;
using namespace vf::webhook_dispatcher;

TEST_CASE("erasures: the person of a webhook is the digest of project and user") {
    wire::rule_fired fired;
    fired.project = domain::project_id{"prj_1"};
    fired.user = domain::external_user_id{"a:b \"c\""};
    CHECK(person_of(fired_event(fired)) == crypto::sha256("prj_1:a:b \"c\""));
}

TEST_CASE("erasures: a body that names nobody has no person") {
    wire::webhook_event event;
    for (const auto* body :
         {"", "[]", "{}", R"({"data":1})", R"({"data":{}})", R"({"data":{"externalUserId":7}})"}) {
        INFO(body);
        event.body = body;
        CHECK_FALSE(person_of(event).has_value());
    }
}
