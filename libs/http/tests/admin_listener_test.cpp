#include "vf/http/admin_listener.hpp"

#include <chrono>
#include <string>
#include <thread>

#include <catch2/catch_test_macros.hpp>

#include <boost/asio/post.hpp>

#include "raw_socket.hpp"
#include "vf/runtime/task_group.hpp"

namespace vf::http {

using namespace std::chrono_literals;

namespace {

runtime::task<> drain(admin_listener& listener) {
    bool in_time = co_await listener.drain(5s);
    CHECK(in_time);
}

tests::raw_answer ask(const admin_listener& listener, const std::string& path) {
    auto socket = tests::raw_socket::connected_to(listener.port());
    socket.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    return socket.read_answer();
}

}  // namespace

TEST_CASE("admin listener: tells life, readiness and metrics") {
    runtime::loop events;
    runtime::task_group tasks{events.context()};
    telemetry::registry metrics;
    metrics.make_counter("vf_test_total", "Of this test").increment(3);
    std::vector<condition> conditions{
        {"broker", false, "no \"answer\""}, {"database", false}, {"rules", true}
    };
    admin_listener listener{events, "127.0.0.1", 0, metrics, [&conditions] { return conditions; }};
    REQUIRE(listener.start());
    std::thread runner{[&events] { events.run(); }};

    CHECK(ask(listener, "/livez").status == 200);
    const auto waiting = ask(listener, "/readyz");
    CHECK(waiting.status == 503);
    CHECK(
        waiting.body ==
        R"({"ready":false,"waiting_for":["broker","database"],"because":{"broker":"no \"answer\""}})"
    );
    boost::asio::post(events.context(), [&conditions] {
        conditions = {{"broker", true}, {"database", true}};
    });
    const auto ready = ask(listener, "/readyz");
    CHECK(ready.status == 200);
    CHECK(ready.body == R"({"ready":true})");
    const auto exposed = ask(listener, "/metrics");
    CHECK(exposed.has("Content-Type: text/plain; version=0.0.4"));
    CHECK(exposed.body.find("vf_test_total 3") != std::string::npos);
    CHECK(ask(listener, "/other").status == 404);

    boost::asio::post(events.context(), [&] { tasks.spawn("drain", drain(listener)); });
    runner.join();
}

}  // namespace vf::http
