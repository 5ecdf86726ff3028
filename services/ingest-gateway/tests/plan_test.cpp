#include "ingest-gateway/api/plan.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

#include "vf/base/time_text.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

const instant now = *parse_instant("2024-11-20T12:00:00Z");
const std::string one_event = R"({"external_user_id":"u","name":"x"})";

const route_traits& traits_of(route_id route) {
    return *std::ranges::find(record_routes, route, &route_traits::id);
}

http::request request_to(route_id route, const std::string& body, const std::string& key = {}) {
    http::request request;
    request.method = "POST";
    request.path = traits_of(route).path;
    request.headers.add("Content-Type", "application/json");
    if (!key.empty()) {
        request.headers.add("Idempotency-Key", key);
    }
    request.body = body;
    return request;
}

customer some_customer() {
    customer customer;
    customer.project = domain::project_id{"prj_1"};
    return customer;
}

struct planned {
    http::request request;
    std::expected<planned_write, refusal> write;

    planned(route_id route, const std::string& body, const std::string& key = {})
        : request{request_to(route, body, key)},
          write{plan_write(traits_of(route), some_customer(), request, now)} {}

    [[nodiscard]] std::vector<wire::ingest_record> messages(bool claimed = true) const {
        REQUIRE(write.has_value());
        seeded_random randomness{3};
        std::vector<wire::ingest_record> records;
        for (const auto& record :
             records_of(*write, {wire::topic::ingest, claimed, now}, randomness)) {
            auto message = wire::decode_ingest(record);
            REQUIRE(message.has_value());
            records.push_back(std::move(*message));
        }
        return records;
    }
};

std::string bulk_of(std::size_t count) {
    std::string text = R"({"events":[)";
    for (std::size_t i = 0; i < count; ++i) {
        text += (i > 0 ? "," : "") + one_event;
    }
    return text + "]}";
}

}  // namespace

TEST_CASE("plan: under a key the ids follow from project, path, key and place in the request") {
    const auto both = bulk_of(2);
    const auto first = planned{route_id::batch, both, "k"}.messages();
    const auto again = planned{route_id::batch, both, "k"}.messages();
    CHECK(first[0].id == again[0].id);
    CHECK(first[1].id == again[1].id);
    CHECK_FALSE(first[0].id == first[1].id);
    CHECK_FALSE(planned{route_id::batch, both, "l"}.messages()[0].id == first[0].id);
    CHECK_FALSE(planned{route_id::events, one_event, "k"}.messages()[0].id == first[0].id);
}

TEST_CASE("plan: a record that was rejected keeps its place from those behind it") {
    const auto whole = planned{route_id::events_bulk, bulk_of(2), "k"}.messages();
    const auto part =
        planned{route_id::events_bulk, R"({"events":[{},)" + one_event + "]}", "k"}.messages();
    REQUIRE(part.size() == 1);
    CHECK(part[0].id == whole[1].id);
}

TEST_CASE("plan: without a key ids are new each time") {
    const planned write{route_id::events, one_event};
    REQUIRE(write.write.has_value());
    seeded_random randomness{3};
    const publish_options options{wire::topic::ingest, true, now};
    const auto first = records_of(*write.write, options, randomness);
    CHECK(first[0].value != records_of(*write.write, options, randomness)[0].value);
}

TEST_CASE("plan: a bulk event with a timestamp is known by what it says") {
    const auto event = [](const std::string& more) {
        return R"({"events":[{"external_user_id":"u","name":"x",)" + more + "}]}";
    };
    const auto first =
        planned{route_id::events_bulk, event(R"("timestamp":"2024-01-01T00:00:00Z")"), "k"}
            .messages();
    const auto again =
        planned{
            route_id::events_bulk,
            event(R"("timestamp":"2024-01-01T01:00:00+01:00","properties":{"n":1})")
        }
            .messages();
    CHECK(first[0].natural);
    CHECK(first[0].id == again[0].id);
    const auto later =
        planned{route_id::events_bulk, event(R"("timestamp":"2024-01-01T00:00:01Z")")}.messages();
    CHECK_FALSE(first[0].id == later[0].id);
    CHECK_FALSE(planned{route_id::batch, event(R"("timestamp":"2024-01-01T00:00:00Z")")}
                    .messages()[0]
                    .natural);
}

TEST_CASE("plan: the claim is of the path and of what the body says, however it is written") {
    const auto claim_of = [](route_id route, const std::string& body) {
        const planned keyed{route, body, "k"};
        REQUIRE(keyed.write.has_value());
        REQUIRE(keyed.write->claim.has_value());
        return *keyed.write->claim;
    };
    const auto first = claim_of(route_id::users, R"({"external_user_id":"u","email":"a@b.c"})");
    CHECK(
        claim_of(route_id::users, R"( {"email" : "a@b.c","external_user_id":"\u0075"} )") == first
    );
    CHECK_FALSE(claim_of(route_id::users, R"({"external_user_id":"u"})") == first);
    CHECK(claim_of(route_id::events, one_event).key == first.key);
    CHECK_FALSE(planned{route_id::events, one_event}.write->claim.has_value());
}

TEST_CASE("plan: a key that could not be claimed goes with every record") {
    const planned write{route_id::batch, bulk_of(2), "k"};
    for (const auto& message : write.messages(false)) {
        CHECK(message.unverified == write.write->claim);
    }
    CHECK_FALSE(write.messages(true)[0].unverified.has_value());
}

TEST_CASE("plan: bulk, and what is marked historical, may wait behind live traffic") {
    CHECK_FALSE(planned{route_id::batch, bulk_of(1)}.write->backfill);
    CHECK(planned{route_id::events_bulk, bulk_of(1)}.write->backfill);
    const planned marked{route_id::batch, R"({"historical":true,"events":[)" + one_event + "]}"};
    CHECK(marked.write->backfill);
    CHECK(marked.messages()[0].historical);
    CHECK_FALSE(planned{route_id::events_bulk, bulk_of(1)}.messages()[0].historical);
}

TEST_CASE("plan: a project that requires keys gets them on single and batch writes") {
    auto strict = some_customer();
    strict.key_required = true;
    const auto refused = plan_write(
        traits_of(route_id::events), strict, request_to(route_id::events, one_event), now
    );
    REQUIRE_FALSE(refused.has_value());
    CHECK(status_of(refused.error().code) == 422);
    CHECK(refused.error().faults.front().field == "Idempotency-Key");
    const auto keyed = request_to(route_id::events, one_event, "k");
    CHECK(plan_write(traits_of(route_id::events), strict, keyed, now).has_value());
    const auto bulk = request_to(route_id::events_bulk, bulk_of(1));
    CHECK(plan_write(traits_of(route_id::events_bulk), strict, bulk, now).has_value());
}
