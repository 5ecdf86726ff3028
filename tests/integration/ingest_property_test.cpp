// Whatever the door lets in, and whatever lies on the topic without having come through the door,
// is stored or quarantined: nothing stops a lane.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "generated_json.hpp"
#include "ingest-gateway/api/plan.hpp"
#include "normaliser/ingest/consume_ingest.hpp"
#include "normaliser_fixture.hpp"
#include "vf/support/stage_runner.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::normaliser_tests;
using ingest_gateway::route_id;

namespace {

struct ingest_fixture : normaliser_fixture {
    manual_clock now{noon};
    telemetry::registry registry;
    normaliser::metrics metrics{registry};
    normaliser::consume_ingest stage{store(), now, metrics, metrics.live_visible};
    support::stage_runner<wire::ingest_record> ingest{
        events(), now, wire::consumers::ingest, wire::decode_ingest, stage
    };
    std::int64_t next_offset{0};
    std::size_t set_aside{0};

    ingest_fixture() {
        run("INSERT INTO projects (id, name, created_at) VALUES ('prj_1', 'p', now()),"
            " ('prj_2', 'p', now())");
    }

    void process(std::vector<wire::record> records) {
        for (auto& record : records) {
            record.partition = 0;
            record.offset = next_offset++;
            record.timestamp = noon;
        }
        const auto outputs = ingest.process(std::move(records));
        if (ingest.stalled()) {
            FAIL(ingest.stalled()->why.code << ": " << ingest.stalled()->why.detail);
        }
        REQUIRE(ingest.committed());
        for (const auto& output : outputs) {
            const bool large = output.topic == wire::topic::quarantine_large;
            REQUIRE((large || output.topic == wire::topic::quarantine));
            REQUIRE(wire::decode_quarantined(output).has_value());
            ++set_aside;
        }
    }

    // Records that had their effect, now or before.
    [[nodiscard]] std::size_t taken() const {
        const auto text = registry.expose();
        std::size_t sum = 0;
        for (const auto* outcome : {"user", "event", "repeat", "erased"}) {
            const auto name =
                std::string{"vf_normaliser_records_total{outcome=\""} + outcome + "\"} ";
            sum += std::stoul(text.substr(text.find(name) + name.size()));
        }
        return sum;
    }
};

const ingest_gateway::route_traits& traits_of(route_id route) {
    return *std::ranges::find(
        ingest_gateway::record_routes, route, &ingest_gateway::route_traits::id
    );
}

// What the door makes of a body; nothing when it refuses it.
std::vector<wire::record> through_the_door(
    route_id route, const std::string& body, const std::string& project, vf::random& randomness
) {
    http::request request;
    request.method = "POST";
    request.path = traits_of(route).path;
    request.headers.add("Content-Type", "application/json");
    request.body = body;
    ingest_gateway::customer customer;
    customer.project = domain::project_id{project};
    const auto write = ingest_gateway::plan_write(traits_of(route), customer, request, noon);
    if (!write) {
        return {};
    }
    return ingest_gateway::records_of(*write, {wire::topic::ingest, true, noon}, randomness);
}

std::string list_of(std::string_view member, const std::vector<std::string>& items) {
    std::string text = "{\"" + std::string{member} + "\":[";
    for (const auto& item : items) {
        text += (text.back() == '[' ? "" : ",") + item;
    }
    return text + "]}";
}

struct generated_body {
    route_id route;
    std::string text;
};

generated_body generate_body(generated_json& json) {
    std::vector<std::string> users;
    std::vector<std::string> events;
    for (std::size_t i = 0; i < 3; ++i) {
        users.push_back(json.identify());
        events.push_back(json.track());
    }
    switch (json.below(5)) {
        case 0:
            return {route_id::users, users.front()};
        case 1:
            return {route_id::events, events.front()};
        case 2:
            return {route_id::batch, list_of("events", events)};
        case 3:
            return {route_id::users_bulk, list_of("users", users)};
        default:
            return {route_id::events_bulk, list_of("events", events)};
    }
}

wire::record enveloped(
    const std::string& of, const std::string& body, generated_json& json, instant received
) {
    wire::ingest_record message;
    message.project = domain::project_id{of};
    message.kind = body.contains("\"name\":") ? wire::ingest_kind::event : wire::ingest_kind::user;
    for (auto& byte : message.id.bytes) {
        byte = static_cast<std::uint8_t>(json.below(256));
    }
    message.body = body;
    message.received_at = received;
    message.historical = json.below(3) == 0;
    return wire::encode(message, domain::external_user_id{"u"}, wire::topic::ingest);
}

}  // namespace

TEST_CASE("property: any JSON the door lets in is stored or quarantined", "[integration]") {
    const auto seed = GENERATE(1U, 2U, 3U);
    CAPTURE(seed);
    ingest_fixture fixture;
    generated_json json{seed};
    seeded_random randomness{seed};
    std::size_t accepted = 0;
    std::map<route_id, std::size_t> by_route;
    while (accepted < 600) {
        std::vector<wire::record> batch;
        while (batch.size() < 100) {
            const auto body = generate_body(json);
            const auto* of = json.below(2) == 0 ? "prj_1" : "prj_2";
            auto records = through_the_door(body.route, body.text, of, randomness);
            by_route[body.route] += records.size();
            std::ranges::move(records, std::back_inserter(batch));
        }
        accepted += batch.size();
        fixture.process(std::move(batch));
        REQUIRE(fixture.taken() + fixture.set_aside == accepted);
    }
    CHECK(by_route.size() == 5);
    WARN(
        "seed " << seed << ": " << accepted << " records accepted, " << fixture.set_aside
                << " set aside"
    );
}

TEST_CASE("property: what never came through a door is stored or quarantined", "[integration]") {
    const auto seed = GENERATE(11U, 12U);
    CAPTURE(seed);
    ingest_fixture fixture;
    generated_json json{seed};
    const std::vector<instant> times{
        noon,
        instant{},
        instant::min(),
        instant::max(),
        from_microseconds(-1),
        from_microseconds(253'402'300'799'999'999),
        from_microseconds(253'402'300'800'000'000)
    };
    const std::vector<std::string> projects{
        "prj_1", "prj_2",           "prj_1", "prj_2", "prj_1", "prj_9", std::string{"\0", 1},
        "\xff",  json.bytes(20'000)
    };
    std::size_t put = 0;
    for (int round = 0; round < 6; ++round) {
        std::vector<wire::record> batch;
        for (int i = 0; i < 60; ++i) {
            const auto body = json.below(2) == 0 ? json.track() : json.identify();
            auto record = enveloped(
                projects[json.below(projects.size())], body, json, times[json.below(times.size())]
            );
            switch (json.below(6)) {
                case 0:
                    record.value = json.bytes(200);
                    break;
                case 1:
                    record.value[json.below(record.value.size())] =
                        static_cast<char>(json.below(256));
                    break;
                case 2:
                    record.value.resize(json.below(record.value.size()));
                    break;
                case 3:
                    record.key.reset();
                    record.headers.push_back({json.bytes(20), json.bytes(200)});
                    break;
                default:
                    break;
            }
            batch.push_back(std::move(record));
            // Of every two one is whole: else the breaker would be right to open.
            batch.push_back(enveloped("prj_1", R"({"external_user_id":"u","name":"x"})", json, noon)
            );
        }
        put += batch.size();
        fixture.process(std::move(batch));
        // A record of zeros of the kind that measures the way is neither.
        CHECK(fixture.taken() + fixture.set_aside <= put);
        CHECK(fixture.taken() + fixture.set_aside + 10 >= put);
    }
    wire::record huge = enveloped("prj_1", "{}", json, noon);
    huge.value.assign(static_cast<std::size_t>(wire::record_bytes_max) - 100, 'x');
    const auto before = fixture.set_aside;
    fixture.process({huge});
    CHECK(fixture.set_aside == before + 1);
}

TEST_CASE("property: a bulk of numbers that no database stores stops nobody", "[integration]") {
    ingest_fixture fixture;
    generated_json json{7};
    std::vector<wire::record> batch;
    for (int i = 0; i < 300; ++i) {
        auto user = enveloped(
            "prj_1",
            R"({"external_user_id":"u)" + std::to_string(i) + R"(","traits":{"a":1e-20000}})", json,
            noon
        );
        batch.push_back(std::move(user));
        if (i % 10 == 0) {
            batch.push_back(enveloped("prj_2", R"({"external_user_id":"v","name":"x"})", json, noon)
            );
        }
    }
    fixture.process(batch);
    CHECK(fixture.taken() + fixture.set_aside == batch.size());
    CHECK(
        fixture.query_text("SELECT count(*)::text FROM events WHERE project_id = 'prj_2'") != "0"
    );
}
