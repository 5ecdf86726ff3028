// What a database refuses of the records of the other consumers: the console's intake and the
// dispatcher go on, and what was refused becomes an item that is stored.
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "console/intake/consume_dead_letter.hpp"
#include "console/intake/consume_quarantine.hpp"
#include "generated_json.hpp"
#include "master_key.hpp"
#include "normaliser_fixture.hpp"
#include "vf/support/stage_runner.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/set_aside.hpp"
#include "vf/wire/topics.hpp"
#include "webhook-dispatcher/fan_out/consume_webhooks.hpp"
#include "webhook-dispatcher/postgres_store.hpp"

using namespace vf;
using namespace vf::normaliser_tests;

namespace {

// Texts that a column, an index or an encoding refuses, and one that none does.
std::vector<std::string> odd_texts() {
    generated_json random{5};
    std::string incompressible;
    while (incompressible.size() < 9'000) {
        incompressible += std::to_string(random.below(1'000'000'000));
    }
    return {"plain", std::string{"a\0b", 3}, "\xff\xfe", incompressible};
}

std::vector<wire::record> numbered(std::vector<wire::record> records) {
    std::int64_t offset = 0;
    for (auto& record : records) {
        record.partition = 0;
        record.offset = offset++;
        record.timestamp = noon;
    }
    return records;
}

struct intake_fixture : normaliser_fixture {
    manual_clock now{noon};
    telemetry::registry counters;
    console::console_metrics console_counters{counters};
    console::consume_quarantine quarantine{database(), support::master_key, console_counters};
    console::consume_dead_letter dead_letters{database(), console_counters};
    support::stage_runner<wire::quarantined> quarantine_lane{
        events(), now, wire::consumers::quarantine, wire::decode_quarantined, quarantine
    };
    support::stage_runner<wire::dead_letter> dead_letter_lane{
        events(), now, wire::consumers::dead_letter, wire::decode_dead_letter, dead_letters
    };

    // Until nothing is set aside any more; how often that took.
    int store_items(std::vector<wire::record> records) {
        for (int rounds = 0;; ++rounds) {
            if (records.empty()) {
                return rounds;
            }
            REQUIRE(rounds < 5);
            records = quarantine_lane.process(numbered(std::move(records)));
            REQUIRE(quarantine_lane.committed());
        }
    }
};

}  // namespace

TEST_CASE("refused: whatever is in an item, the console keeps it and goes on", "[integration]") {
    intake_fixture fixture;
    std::vector<wire::record> items;
    for (const auto& text : odd_texts()) {
        for (int member = 0; member < 7; ++member) {
            wire::quarantined item;
            item.id = domain::quarantine_id{"qtn_" + std::to_string(items.size())};
            item.reason = {"normalise", "invalid_body", "field", "detail"};
            item.original.topic = wire::topic::ingest;
            item.original.key = "prj_1:u";
            item.set_aside_at = item.received_at = noon;
            std::string* const members[]{&item.id.text,       &item.project.text,
                                         &item.reason.code,   &item.reason.field,
                                         &item.reason.detail, &item.reason.stage,
                                         &item.original.topic};
            *members[member] = text;
            items.push_back(wire::encode(item));
        }
    }
    const auto count = items.size();
    CHECK(fixture.store_items(std::move(items)) <= 2);
    // Of those with one id there is one.
    const auto kept = std::stoul(fixture.query_text("SELECT count(*)::text FROM quarantine_items"));
    CHECK(kept >= count - 3);
    CHECK(kept <= count);
}

TEST_CASE("refused: whatever is in a dead letter, the console goes on", "[integration]") {
    intake_fixture fixture;
    std::vector<wire::record> letters;
    for (const auto& text : odd_texts()) {
        for (int member = 0; member < 7; ++member) {
            wire::dead_letter letter;
            letter.id = "dlq_" + std::to_string(letters.size());
            letter.project = domain::project_id{"prj_1"};
            letter.delivery = domain::delivery_id{"dlv_1"};
            letter.event = domain::event_id{"evt_1"};
            letter.endpoint = domain::endpoint_id{"ep_1"};
            letter.cause = "attempts_exhausted";
            letter.died_at = noon;
            std::string* const members[]{
                &letter.id,         &letter.project.text,  &letter.delivery.text,
                &letter.event.text, &letter.endpoint.text, &letter.cause,
                &letter.detail
            };
            *members[member] = text;
            letters.push_back(wire::encode(letter));
        }
    }
    const auto count = letters.size();
    auto outputs = fixture.dead_letter_lane.process(numbered(std::move(letters)));
    REQUIRE(fixture.dead_letter_lane.committed());
    const auto set_aside = outputs.size();
    CHECK(set_aside > 0);
    CHECK(
        std::stoul(fixture.query_text("SELECT count(*)::text FROM dead_letters")) + set_aside ==
        count
    );
    CHECK(fixture.store_items(std::move(outputs)) <= 2);
}

TEST_CASE("refused: whatever is in an event, the dispatcher goes on", "[integration]") {
    intake_fixture fixture;
    telemetry::registry registry;
    webhook_dispatcher::metrics metrics{registry};
    webhook_dispatcher::postgres_store store{fixture.database(), std::chrono::seconds{15}};
    webhook_dispatcher::consume_webhooks stage{{store, metrics, [] {}}, vf::duration{0}};
    support::stage_runner<wire::webhook_event> lane{
        fixture.events(), fixture.now, wire::consumers::webhooks, wire::decode_webhook, stage
    };
    std::vector<wire::record> sent;
    for (const auto& text : odd_texts()) {
        for (int member = 0; member < 4; ++member) {
            wire::webhook_event event;
            event.project = domain::project_id{"prj_1"};
            event.id = domain::event_id{"evt_" + std::to_string(sent.size())};
            event.type = "email.opened";
            event.body = "{}";
            event.created_at = noon;
            std::string* const members[]{
                &event.project.text, &event.id.text, &event.type, &event.body
            };
            *members[member] = text;
            sent.push_back(wire::encode(event, domain::external_user_id{"u"}));
        }
    }
    const auto count = sent.size();
    auto outputs = lane.process(numbered(std::move(sent)));
    REQUIRE(lane.committed());
    const auto kept = std::stoul(fixture.query_text("SELECT count(*)::text FROM webhook_events"));
    CHECK(kept + outputs.size() == count);
    CHECK(kept >= count / 2);
    CHECK(fixture.store_items(std::move(outputs)) <= 2);
}
