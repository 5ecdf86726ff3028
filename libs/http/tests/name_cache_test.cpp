#include "client/name_cache.hpp"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string>

namespace vf::http {

namespace {

using namespace std::chrono_literals;

constexpr name_cache::time_point start{};

std::vector<ip_address> one(const char* text) {
    return {*ip_address::parse(text)};
}

}  // namespace

TEST_CASE("name cache: an answer is there until its time, and not at it") {
    name_cache cache{10};
    cache.put("a.test", one("192.0.2.1"), start + 10s);
    const auto* found = cache.find("a.test", start + 10s - 1ns);
    REQUIRE(found != nullptr);
    CHECK(found->value() == one("192.0.2.1"));
    CHECK(cache.find("b.test", start) == nullptr);
    CHECK(cache.find("a.test", start + 10s) == nullptr);
    CHECK(cache.size() == 0);
}

TEST_CASE("name cache: a failure is kept like an answer, and the later one stands") {
    name_cache cache{10};
    cache.put("a.test", fail(failure::transient, "name_not_resolved"), start + 1s);
    REQUIRE(cache.find("a.test", start) != nullptr);
    CHECK(cache.find("a.test", start)->error().code == "name_not_resolved");
    cache.put("a.test", one("192.0.2.1"), start + 2s);
    REQUIRE(cache.find("a.test", start + 1s) != nullptr);
    CHECK(cache.find("a.test", start + 1s)->has_value());
    CHECK(cache.size() == 1);
}

TEST_CASE("name cache: the one used longest ago makes room") {
    name_cache cache{3};
    for (const char* name : {"a", "b", "c"}) {
        cache.put(name, one("192.0.2.1"), start + 1h);
    }
    CHECK(cache.size() == 3);
    CHECK(cache.find("a", start) != nullptr);
    cache.put("d", one("192.0.2.1"), start + 1h);
    CHECK(cache.size() == 3);
    CHECK(cache.find("b", start) == nullptr);
    CHECK(cache.find("a", start) != nullptr);
    CHECK(cache.find("d", start) != nullptr);
}

}  // namespace vf::http
