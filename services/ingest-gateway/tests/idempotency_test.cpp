#include "ingest-gateway/api/idempotency.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

http::headers with_key(const std::string& key) {
    http::headers sent;
    sent.add("idempotency-key", key);
    return sent;
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
