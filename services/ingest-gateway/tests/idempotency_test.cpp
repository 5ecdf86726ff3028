#include "idempotency.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

const instant now = *parse_instant("2026-11-20T12:00:00Z");
const domain::project_id project{"prj_1"};

http::headers with_key(const std::string& key) {
    http::headers sent;
    sent.add("idempotency-key", key);
    return sent;
}

std::vector<domain::record_id> ids(
    const std::string& path, const std::optional<std::string>& key, vf::random& randomness
) {
    return record_ids({project, path, key}, 3, now, randomness);
}

}  // namespace

TEST_CASE("idempotency: no header is no key") {
    const auto key = idempotency_key({});
    REQUIRE(key.has_value());
    CHECK_FALSE(key->has_value());
}

TEST_CASE("idempotency: one to 255 printable characters are a key") {
    const auto text = GENERATE(as<std::string>{}, "a", "two words ~", std::string(255, 'k'));
    const auto key = idempotency_key(with_key(text));
    REQUIRE(key.has_value());
    CHECK(*key == text);
}

TEST_CASE("idempotency: any other key is refused by name") {
    const auto text =
        GENERATE(as<std::string>{}, "", std::string(256, 'k'), "tab\t", "\x7f", "caf\xc3\xa9");
    const auto key = idempotency_key(with_key(text));
    REQUIRE_FALSE(key.has_value());
    CHECK(key.error().code == reply_code::validation_failed);
    CHECK(key.error().faults.front().field == "Idempotency-Key");
}

TEST_CASE("idempotency: two headers are refused") {
    auto sent = with_key("a");
    sent.add("Idempotency-Key", "a");
    CHECK_FALSE(idempotency_key(sent).has_value());
}

TEST_CASE("record ids: the same key makes the same ids, one for each record") {
    seeded_random first{1};
    seeded_random second{2};
    const auto once = ids("/api/v1/events", "k", first);
    const auto again = ids("/api/v1/events", "k", second);
    CHECK(once == again);
    CHECK(once[0] != once[1]);
    CHECK(once[1] != once[2]);
}

TEST_CASE("record ids: path and key are part of the scope") {
    seeded_random randomness{1};
    const auto events = ids("/api/v1/events", "k", randomness);
    CHECK(events[0] != ids("/api/v1/users", "k", randomness)[0]);
    CHECK(events[0] != ids("/api/v1/events", "l", randomness)[0]);
}

TEST_CASE("record ids: without a key they are new each time") {
    seeded_random randomness{1};
    const auto once = ids("/api/v1/events", std::nullopt, randomness);
    const auto again = ids("/api/v1/events", std::nullopt, randomness);
    CHECK(once[0] != once[1]);
    CHECK(once[0] != again[0]);
}
