#include "ingest-gateway/auth/read_through_cache.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <utility>
#include <vector>

#include "vf/base/time_text.hpp"
#include "vf/support/run_task.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

using cache = read_through_cache<int>;

read_through_limits small(vf::duration read_wait) {
    read_through_limits limits;
    limits.late_wait = std::chrono::milliseconds{1};
    limits.read_wait = read_wait;
    limits.batches = {4, 8};
    return limits;
}

// A store that has "real", and answers at once, not before it is released, or not at all.
struct cache_fixture {
    explicit cache_fixture(vf::duration limit = std::chrono::milliseconds{20}) : read_wait{limit} {}

    vf::duration read_wait;
    runtime::loop events;
    runtime::task_group tasks{events.context()};
    manual_clock now{*parse_instant("2024-11-20T12:00:00Z")};
    int value{1};
    bool away{false};
    std::optional<runtime::signal> hanging;
    std::vector<std::vector<std::string>> reads;
    result<std::optional<int>> answer;  // the last of `ask`
    bool answered{false};
    ingest_gateway::read_through_cache<int> cache{
        {events, tasks, now},
        [this](std::vector<std::string> keys) { return read(std::move(keys)); },
        [](const std::string&) { return std::optional<observed<int>>{}; },
        small(read_wait)
    };

    runtime::task<result<cache::found_values>> read(std::vector<std::string> keys) {
        reads.push_back(keys);
        if (hanging) {
            co_await hanging->wait();
        }
        if (away) {
            co_return fail(failure::transient, "database_unavailable");
        }
        cache::found_values found;
        for (const auto& key : keys) {
            if (key == "real") {
                found.emplace(key, value);
            }
        }
        co_return found;
    }

    void hang() { hanging.emplace(events.context()); }

    void release() {
        hanging->raise();
        support::run_ready(events);
        hanging.reset();
    }

    runtime::task<> ask(std::string key) {
        answer = co_await cache.find(std::move(key));
        answered = true;
    }

    result<std::optional<int>> find(const std::string& key) {
        return support::run_task(events, cache.find(key));
    }
};

}  // namespace

TEST_CASE("read-through cache: what comes while a read runs is read together by the next one") {
    cache_fixture fixture;
    fixture.hang();
    for (int i = 0; i < 7; ++i) {
        fixture.tasks.spawn("ask", fixture.ask(std::to_string(i)));
        fixture.tasks.spawn("ask", fixture.ask(std::to_string(i)));
    }
    support::run_ready(fixture.events);
    CHECK(fixture.reads == std::vector<std::vector<std::string>>{{"0"}});
    fixture.release();
    CHECK(
        fixture.reads ==
        std::vector<std::vector<std::string>>{{"0"}, {"1", "2", "3", "4"}, {"5", "6"}}
    );
}

TEST_CASE("read-through cache: guesses that wait for the store keep no real key from being read") {
    cache_fixture fixture;
    REQUIRE(fixture.find("real").value() == 1);
    fixture.hang();
    for (int i = 0; i < 9; ++i) {
        fixture.tasks.spawn("guess", fixture.ask(std::to_string(i)));
    }
    support::run_ready(fixture.events);
    const auto one_more = fixture.find("one more");
    REQUIRE_FALSE(one_more.has_value());
    CHECK(one_more.error().code == "store_unavailable");
    CHECK(fixture.reads.size() == 2);
    // A key that is known is read beside them.
    fixture.hanging.reset();
    fixture.value = 2;
    fixture.now.advance(std::chrono::seconds{5});
    CHECK(fixture.find("real").value() == 2);
}

TEST_CASE("read-through cache: a value that is late is served while the store is slow") {
    cache_fixture fixture;
    REQUIRE(fixture.find("real").value() == 1);
    fixture.hang();
    fixture.now.advance(std::chrono::seconds{59});
    CHECK(fixture.find("real").value() == 1);
    fixture.value = 2;
    fixture.release();
    CHECK(fixture.find("real").value() == 2);
}

TEST_CASE("read-through cache: a value that is old waits for the store while it is there") {
    cache_fixture fixture{std::chrono::minutes{1}};
    REQUIRE(fixture.find("real").value() == 1);
    fixture.hang();
    fixture.now.advance(std::chrono::minutes{1});
    fixture.tasks.spawn("ask", fixture.ask("real"));
    // Longer than a late value would have waited.
    support::run_task(fixture.events, runtime::sleep(std::chrono::milliseconds{20}));
    CHECK_FALSE(fixture.answered);
    fixture.value = 2;
    fixture.release();
    REQUIRE(fixture.answered);
    CHECK(fixture.answer.value() == 2);
}

TEST_CASE("read-through cache: an old value is served once the store was waited for in vain") {
    cache_fixture fixture;
    REQUIRE(fixture.find("real").value() == 1);
    fixture.hang();
    fixture.now.advance(std::chrono::hours{1});
    CHECK(fixture.find("real").value() == 1);
    fixture.value = 2;
    fixture.release();
    CHECK(fixture.find("real").value() == 2);
}

TEST_CASE("read-through cache: a clock that is set back prolongs no pause") {
    cache_fixture fixture;
    REQUIRE(fixture.find("real").value() == 1);
    fixture.away = true;
    fixture.now.advance(std::chrono::hours{1});
    REQUIRE(fixture.find("real").value() == 1);
    fixture.away = false;
    fixture.value = 2;
    fixture.now.advance(-std::chrono::minutes{30});
    CHECK(fixture.find("real").value() == 2);
}

TEST_CASE("read-through cache: an old value is served when the read failed, and read again later") {
    cache_fixture fixture;
    REQUIRE(fixture.find("real").value() == 1);
    fixture.away = true;
    fixture.now.advance(std::chrono::hours{1});
    CHECK(fixture.find("real").value() == 1);
    CHECK(fixture.find("real").value() == 1);
    CHECK(fixture.reads.size() == 2);
    fixture.now.advance(std::chrono::seconds{1});
    fixture.away = false;
    fixture.value = 2;
    CHECK(fixture.find("real").value() == 2);
}
