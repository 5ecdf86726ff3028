#include "vf/domain/ids.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

using namespace vf;
using namespace vf::domain;

namespace {

instant at(std::int64_t milliseconds) {
    return from_microseconds(milliseconds * 1'000);
}

}  // namespace

TEST_CASE("ids: a new id has its prefix, 26 characters and sorts by time") {
    seeded_random randomness{1};
    const auto earlier = make_id(prefix::project, at(1'700'000'000'000), randomness);
    const auto later = make_id(prefix::project, at(1'700'000'000'001), randomness);
    CHECK(earlier.size() == prefix::project.size() + 26);
    CHECK(is_well_formed(earlier, prefix::project));
    CHECK(earlier < later);
}

TEST_CASE("ids: an event id and its record id are each other's inverse") {
    seeded_random randomness{GENERATE(range(1U, 50U))};
    const auto record = make_record_id(at(1'700'000'000'000), randomness);
    CHECK(record_of(event_id_of(record)) == record);
    CHECK(record_id::from_uuid(record.uuid()) == record);
    CHECK(record_id::from_raw(record.raw()) == record);
}

TEST_CASE("ids: what is not an event id has no record") {
    const auto* text = GENERATE(
        "", "evt_", "evt_0", "evt_0123456789abcdefghjkmnpqrs0", "drf_0123456789abcdefghjkmnpqrs",
        "evt_0123456789abcdefghjkmnpqru", "evt_01234567890123456789012340 ",
        "evt_01234567890123456789012341", "EVT_01234567890123456789012340"
    );
    CHECK_FALSE(record_of(event_id{text}).has_value());
}

TEST_CASE("ids: a uuid text is strict") {
    CHECK(record_id::from_uuid("00112233-4455-6677-8899-aabbccddeeff").has_value());
    const auto* text = GENERATE(
        "", "00112233445566778899aabbccddeeff", "00112233-4455-6677-8899-aabbccddeef",
        "00112233-4455-6677-8899-aabbccddeefg", "0011223-34455-6677-8899-aabbccddeeff"
    );
    CHECK_FALSE(record_id::from_uuid(text).has_value());
}

TEST_CASE("ids: a derived record id is a UUID of version 8 and the RFC variant") {
    const auto id = record_id_from_digest(std::string(32, '\xff')).uuid();
    CHECK(id == "ffffffff-ffff-8fff-bfff-ffffffffffff");
}
