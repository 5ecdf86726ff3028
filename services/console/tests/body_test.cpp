#include <string>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "console/api/body_reader.hpp"

using namespace vf::console;

namespace {

body_reader parsed(std::string text) {
    auto body = body_reader::parse(std::move(text));
    REQUIRE(body);
    return std::move(*body);
}

}  // namespace

TEST_CASE("body: what is no JSON is 400") {
    const auto text = GENERATE("", "{", "{}x", "\xff", "{\"a\":\"\xff\"}");
    const auto body = body_reader::parse(text);
    REQUIRE_FALSE(body);
    CHECK(body.error().status == 400);
    CHECK(body.error().code == "bad_request");
}

TEST_CASE("body: a value that nobody can keep is 422 with its field") {
    const auto text = GENERATE(
        R"({"a":{"b":1e400}})", R"({"a":{"b":1e-20000}})", R"({"a":{"b":"\u0000"}})",
        R"({"a":{"b":"\ud800"}})", R"({"a":{"b":1,"b":2}})"
    );
    const auto body = body_reader::parse(text);
    REQUIRE_FALSE(body);
    CHECK(body.error().status == 422);
    CHECK(body.error().field == "a.b");
}

TEST_CASE("body: JSON that is no object is 422") {
    const auto text = GENERATE("[]", "1", "null", "\"x\"");
    const auto body = body_reader::parse(text);
    REQUIRE_FALSE(body);
    CHECK(body.error().status == 422);
    CHECK(body.error().field.empty());
}

TEST_CASE("body: a required text is there, not empty, and not too long") {
    auto good = parsed(R"({"name":"Ärger"})");
    CHECK(good.text("name", 5) == "Ärger");
    CHECK(good.finish());

    const auto bad = GENERATE(
        R"({})", R"({"name":null})", R"({"name":""})", R"({"name":5})", R"({"name":"Ärgere"})"
    );
    auto refused = parsed(bad);
    (void)refused.text("name", 5);
    const auto end = refused.finish();
    REQUIRE_FALSE(end);
    CHECK(end.error().status == 422);
    CHECK(end.error().field == "name");
}

TEST_CASE("body: an unknown field is refused by its name") {
    auto body = parsed(R"({"name":"a","nmae":"b"})");
    CHECK(body.text("name") == "a");
    const auto end = body.finish();
    REQUIRE_FALSE(end);
    CHECK(end.error().field == "nmae");
    CHECK(end.error().message == "unknown field");
}

TEST_CASE("body: the first fault is the one answered") {
    auto body = parsed("{}");
    (void)body.text("first");
    (void)body.text("second");
    const auto end = body.finish();
    REQUIRE_FALSE(end);
    CHECK(end.error().field == "first");
}

TEST_CASE("body: slices of a short text outlive the move of the body") {
    auto moved = parsed(R"({"a":{}})");
    auto kept = std::move(moved);
    const auto* const value = kept.any("a");
    REQUIRE(value != nullptr);
    CHECK(value->source == "{}");
}
