#include "vf/wire/deferral.hpp"

#include <catch2/catch_test_macros.hpp>

#include "vf/wire/topics.hpp"

using namespace vf;

namespace {

wire::record read_first() {
    wire::record record;
    record.topic = wire::topic::ingest;
    record.key = "prj_1:u";
    record.value = "value";
    record.headers = {{"vf-replay", "qtn_1"}};
    record.partition = 3;
    record.offset = 41;
    return record;
}

}  // namespace

TEST_CASE("deferral: what was put back, however often, is known by where it was first read") {
    const auto first = read_first();
    auto again = wire::put_back(first, wire::topic::ingest_backfill);
    CHECK(again.topic == wire::topic::ingest_backfill);
    CHECK(again.key == first.key);
    CHECK(again.value == first.value);
    again.partition = 9;
    again.offset = 1'000;
    auto twice = wire::put_back(again, wire::topic::ingest_backfill);
    twice.partition = 9;
    twice.offset = 2'000;
    for (const auto& each : {again, twice}) {
        const auto known = wire::as_first_read(each);
        CHECK(known.source() == first.source());
        CHECK(known.headers == first.headers);
    }
}

TEST_CASE("deferral: a record without an origin, or with one that makes no sense, is as it is") {
    CHECK(wire::as_first_read(read_first()).source() == read_first().source());
    for (const auto* origin :
         {"", "/", "//", "a/b/c", "t/1/", "t/-1/2", "t/1/-2", "t/99999999999/1"}) {
        auto record = read_first();
        record.headers = {{std::string{wire::origin_header}, origin}};
        INFO(origin);
        CHECK(wire::as_first_read(record).source() == read_first().source());
    }
}
