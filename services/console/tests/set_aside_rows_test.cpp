#include <string>

#include <catch2/catch_test_macros.hpp>

#include "console/intake/set_aside_rows.hpp"
#include "vf/base/text.hpp"
#include "vf/domain/reasons.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

using namespace vf::console;
using vf::from_microseconds;
namespace wire = vf::wire;
namespace domain = vf::domain;
using namespace std::chrono_literals;

namespace {

constexpr auto now = from_microseconds(1'732'104'000'000'000);

wire::record consumed(wire::record record, std::string_view topic) {
    record.topic = topic;
    record.partition = 1;
    record.offset = 7;
    record.timestamp = now;
    return record;
}

wire::record ingest_original() {
    wire::ingest_record message;
    message.project = domain::project_id{"prj_1"};
    message.id.bytes.fill(7);
    message.body = R"({"name":"x"})";
    message.received_at = now - std::chrono::hours{1};
    return consumed(
        wire::encode(message, domain::external_user_id{"u1"}, wire::topic::ingest),
        wire::topic::ingest
    );
}

}  // namespace

TEST_CASE("quarantine row: everything of the item is kept, the event's id beside it") {
    const auto original = ingest_original();
    const auto item = wire::set_aside(
        original, {"normalise", std::string{domain::reason::invalid_property}, "properties.a", "d"},
        now
    );
    const auto row = quarantine_row_of(item);
    CHECK(row.id == item.id.text);
    CHECK(row.project == "prj_1");
    CHECK(row.event == domain::event_id_of(wire::decode_ingest(original)->id).text);
    CHECK(row.stage == "normalise");
    CHECK(row.code == domain::reason::invalid_property);
    CHECK(row.field == "properties.a");
    CHECK(row.body == R"({"name":"x"})");
    CHECK(row.original.value == original.value);
    CHECK(row.original.source() == original.source());
    CHECK(row.original.key == original.key);
    CHECK(row.received_at == now - std::chrono::hours{1});
}

TEST_CASE("quarantine row: of a record that cannot be decoded the bytes are the body") {
    wire::record broken;
    broken.value = "\xff\xff";
    const auto record = consumed(broken, wire::topic::quarantine);
    const wire::set_aside_reason why{
        "console", std::string{domain::reason::undecodable_record}, {}, {}
    };
    const auto row = quarantine_row_of(wire::set_aside(record, why, now));
    CHECK(row.code == domain::reason::undecodable_record);
    CHECK(row.stage == "console");
    CHECK(row.original.value == "\xff\xff");
    CHECK(row.body == "\xff\xff");
    CHECK(row.original.source() == record.source());
    CHECK_FALSE(row.project);
    CHECK(row.id == quarantine_row_of(wire::set_aside(record, why, now + 1h)).id);
}

TEST_CASE("quarantine row: text that no database takes is carried as base64") {
    auto item = wire::set_aside(
        ingest_original(), {"normalise", "code", std::string{"a\0b", 3}, "\xff"}, now
    );
    const auto row = quarantine_row_of(item);
    CHECK(row.field == "base64:" + vf::to_base64(std::string{"a\0b", 3}));
    CHECK(row.detail == "base64:/w==");
}

TEST_CASE("dead letter row: every field is taken over") {
    wire::dead_letter letter;
    letter.id = "dlq_1";
    letter.project = domain::project_id{"prj_1"};
    letter.delivery = domain::delivery_id{"dlv_1"};
    letter.event = domain::event_id{"evt_1"};
    letter.endpoint = domain::endpoint_id{"ep_1"};
    letter.cause = domain::reason::attempts_exhausted;
    letter.detail = "status 500";
    letter.attempts = 8;
    letter.died_at = now;
    const auto row = dead_letter_row_of(letter);
    CHECK(row.id == "dlq_1");
    CHECK(row.project == "prj_1");
    CHECK(row.delivery == "dlv_1");
    CHECK(row.event == "evt_1");
    CHECK(row.endpoint == "ep_1");
    CHECK(row.cause == domain::reason::attempts_exhausted);
    CHECK(row.detail == "status 500");
    CHECK(row.attempts == 8);
    CHECK(row.died_at == now);
}
