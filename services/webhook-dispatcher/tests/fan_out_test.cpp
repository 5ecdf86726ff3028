#include "webhook-dispatcher/fan_out/fan_out.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include "vf/json/parse.hpp"
#include "vf/wire/derived_ids.hpp"
#include "webhook-dispatcher/fan_out/fired_event.hpp"

namespace vf::webhook_dispatcher {

namespace {

wire::webhook_event make_event(
    const std::string& id, const std::string& project, std::string type
) {
    wire::webhook_event event;
    event.id = domain::event_id{id};
    event.project = domain::project_id{project};
    event.type = std::move(type);
    event.body = "{}";
    return event;
}

domain::endpoint make_endpoint(
    const std::string& id, const std::string& project, std::vector<std::string> types
) {
    domain::endpoint endpoint;
    endpoint.id = domain::endpoint_id{id};
    endpoint.project = domain::project_id{project};
    endpoint.event_types = std::move(types);
    return endpoint;
}

}  // namespace

TEST_CASE("fan-out: each endpoint of the project that lists the type gets one delivery") {
    const std::vector endpoints{
        make_endpoint("ep_all", "prj_a", {"email.opened", "email.clicked"}),
        make_endpoint("ep_clicks", "prj_a", {"email.clicked"}),
        make_endpoint("ep_none", "prj_a", {}),
        make_endpoint("ep_other", "prj_b", {"email.opened"}),
    };
    const std::vector events{
        make_event("evt_1", "prj_a", "email.opened"), make_event("evt_2", "prj_a", "email.clicked"),
        make_event("evt_3", "prj_c", "email.opened")
    };
    const auto deliveries = fan_out(events, endpoints);
    REQUIRE(deliveries.size() == 3);
    CHECK(deliveries[0].endpoint.text == "ep_all");
    CHECK(deliveries[0].event.text == "evt_1");
    CHECK(deliveries[0].type == "email.opened");
    CHECK(deliveries[0].project.text == "prj_a");
    CHECK_FALSE(deliveries[0].parked);
    CHECK(deliveries[1].endpoint.text == "ep_all");
    CHECK(deliveries[2].endpoint.text == "ep_clicks");
    CHECK(
        deliveries[0].id == wire::derive_delivery_id(deliveries[0].event, deliveries[0].endpoint)
    );
    CHECK(deliveries[0].id != deliveries[1].id);
}

TEST_CASE("fan-out: a repeat makes the same ids") {
    const std::vector endpoints{make_endpoint("ep_all", "prj_a", {"email.opened"})};
    const std::vector events{make_event("evt_1", "prj_a", "email.opened")};
    CHECK(fan_out(events, endpoints)[0].id == fan_out(events, endpoints)[0].id);
}

TEST_CASE("fan-out: a disabled endpoint's delivery is parked, not lost") {
    auto gone = make_endpoint("ep_gone", "prj_a", {"email.opened"});
    gone.enabled = false;
    const std::vector endpoints{gone};
    const auto deliveries =
        fan_out(std::vector{make_event("evt_1", "prj_a", "email.opened")}, endpoints);
    REQUIRE(deliveries.size() == 1);
    CHECK(deliveries[0].parked);
}

TEST_CASE("trigger.fired: customers hear of a fire in the envelope of every webhook") {
    const wire::rule_fired fired{
        .project = domain::project_id{"prj_a"},
        .fire_id = "fir_1",
        .rule = domain::rule_id{"rul_1"},
        .preset = "welcome",
        .user = domain::external_user_id{"user \"1\""},
        .draft = domain::draft_id{"drf_1"},
        .fired_at = from_microseconds(1'700'000'000'250'000),
    };
    const auto event = fired_event(fired);
    CHECK(event.type == "trigger.fired");
    CHECK(event.project.text == "prj_a");
    CHECK(event.created_at == fired.fired_at);
    CHECK(domain::is_well_formed(event.id.text, domain::prefix::event));
    CHECK(fired_event(fired).id == event.id);

    const auto read = json::parse(event.body);
    REQUIRE(read);
    CHECK(read->root().string_at("type") == "trigger.fired");
    CHECK(read->root().string_at("id") == event.id.text);
    REQUIRE(read->root().find("created") != nullptr);
    CHECK(read->root().find("created")->as_integer() == 1'700'000'000);
    const json::value* data = read->root().find("data");
    REQUIRE(data != nullptr);
    CHECK(data->string_at("projectId") == "prj_a");
    CHECK(data->string_at("externalUserId") == "user \"1\"");
    CHECK(data->string_at("ruleId") == "rul_1");
    CHECK(data->string_at("preset") == "welcome");
    CHECK(data->string_at("draftId") == "drf_1");
    CHECK(data->string_at("firedAt") == "2023-11-14T22:13:20.250Z");
}

}  // namespace vf::webhook_dispatcher
