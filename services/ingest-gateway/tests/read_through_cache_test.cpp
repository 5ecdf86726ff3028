#include "ingest-gateway/auth/read_through_cache.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "vf/base/time_text.hpp"
#include "vf/support/run_task.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

read_through_limits small() {
    read_through_limits limits;
    limits.unknown_wait = std::chrono::hours{1};
    limits.unknown_reads = 3;
    return limits;
}

// A store that has "real" and leaves everything else waiting.
struct cache_fixture {
    runtime::loop events;
    runtime::task_group tasks{events.context()};
    runtime::signal never{events.context()};
    manual_clock now{*parse_instant("2024-11-20T12:00:00Z")};
    int value{1};
    read_through_cache<int> cache{
        {events, tasks, now}, [this](std::string key) { return read(std::move(key)); }, small()
    };

    runtime::task<result<std::optional<int>>> read(std::string key) {
        if (key != "real") {
            co_await never.wait();
        }
        co_return std::optional{value};
    }

    runtime::task<> guess(std::string key) {
        static_cast<void>(co_await cache.find(std::move(key)));
    }

    result<std::optional<int>> find(const std::string& key) {
        return support::run_task(events, cache.find(key));
    }
};

}  // namespace

TEST_CASE("read-through cache: guesses that wait for the store keep no real key from being read") {
    cache_fixture fixture;
    REQUIRE(fixture.find("real").value() == 1);
    for (const auto* key : {"guess 1", "guess 2", "guess 3"}) {
        fixture.tasks.spawn("guess", fixture.guess(key));
    }
    support::run_ready(fixture.events);
    const auto fourth = fixture.find("guess 4");
    REQUIRE_FALSE(fourth.has_value());
    CHECK(fourth.error().code == "store_unavailable");
    fixture.value = 2;
    fixture.now.advance(std::chrono::seconds{5});
    CHECK(fixture.find("real").value() == 2);
}
