#include <chrono>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "server_fixture.hpp"

namespace vf::http {

using namespace std::chrono_literals;
using tests::server_fixture;
using tests::soon;

namespace {

const std::string get_echo = "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string get_held = "GET /held HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace

TEST_CASE("server: a slow head is answered 408 and a silent connection just closed") {
    server_fixture fixture;
    fixture.options.header_limit = 50ms;
    fixture.start();
    auto slow = fixture.connect();
    slow.send("GET /echo HTTP/1.1\r\nHost:");
    const auto answer = slow.read_answer();
    CHECK(answer.status == 408);
    CHECK(answer.body.find("request_timeout") != std::string::npos);
    CHECK(slow.is_at_end());
    auto silent = fixture.connect();
    CHECK(silent.is_at_end());
}

TEST_CASE("server: dripping does not stretch the limit of a head") {
    server_fixture fixture;
    fixture.options.header_limit = 60ms;
    fixture.start();
    auto slow = fixture.connect();
    const std::string endless = "GET /echo HTTP/1.1\r\nA: " + std::string(5'000, 'x');
    std::size_t sent = 0;
    std::optional<std::string> got;
    while (!got && sent < endless.size()) {
        slow.send({endless.data() + sent, 1});
        ++sent;
        got = slow.receive(5);
    }
    REQUIRE(got);
    CHECK(got->starts_with("HTTP/1.1 408 "));
    CHECK(sent < 1'000);
}

TEST_CASE("server: a slow body is answered 408") {
    server_fixture fixture;
    fixture.options.body_limit = 50ms;
    fixture.start();
    for (const char* framing : {"Content-Length: 10", "Transfer-Encoding: chunked"}) {
        auto slow = fixture.connect();
        slow.send("POST /echo HTTP/1.1\r\nHost: x\r\n" + std::string{framing} + "\r\n\r\n5\r\nab");
        const auto answer = slow.read_answer();
        CHECK(answer.status == 408);
        CHECK(slow.is_at_end());
    }
}

TEST_CASE("server: an idle connection is closed without an answer") {
    server_fixture fixture;
    fixture.options.idle_limit = 40ms;
    fixture.start();
    auto idle = fixture.connect();
    idle.send(get_echo);
    CHECK(idle.read_answer().status == 200);
    CHECK(idle.is_at_end());
}

TEST_CASE("server: a handler that takes too long is answered 503") {
    server_fixture fixture;
    fixture.options.handler_limit = 40ms;
    fixture.start();
    auto socket = fixture.connect();
    socket.send(get_held);
    const auto answer = socket.read_answer();
    CHECK(answer.status == 503);
    CHECK(answer.body.find("handler_timeout") != std::string::npos);
    CHECK(answer.has("Connection: close\r\n"));
    CHECK(socket.is_at_end());
    CHECK(fixture.ask(get_echo).status == 200);
}

TEST_CASE("server: a reader that takes nothing is given up") {
    server_fixture fixture;
    fixture.options.body_limit = 50ms;
    fixture.start();
    auto deaf = fixture.connect();
    std::string many;
    for (int count = 0; count < 100; ++count) {
        many += "GET /large HTTP/1.1\r\nHost: x\r\n\r\n";
    }
    deaf.send(many);
    CHECK(fixture.ask(get_echo).status == 200);
    CHECK(fixture.drain(5s));
}

TEST_CASE("server: a drain answers what runs, closes what is idle and takes nothing new") {
    server_fixture fixture;
    fixture.start();
    auto idle = fixture.connect();
    idle.send(get_echo);
    CHECK(idle.read_answer().status == 200);
    auto running = fixture.connect();
    running.send(get_held);
    REQUIRE(soon([&fixture] { return fixture.held() == 1; }));

    std::thread drainer{[&fixture] { CHECK(fixture.drain(5s)); }};
    CHECK(idle.is_at_end());
    fixture.release();
    const auto answer = running.read_answer();
    CHECK(answer.status == 200);
    CHECK(answer.has("Connection: close\r\n"));
    CHECK(running.is_at_end());
    drainer.join();
}

TEST_CASE("server: a request that came just before the drain is answered") {
    server_fixture fixture;
    fixture.start();
    auto socket = fixture.connect();
    socket.send(get_echo);
    CHECK(socket.read_answer().status == 200);
    socket.send(get_echo);
    auto unseen = fixture.connect();
    unseen.send(get_echo);
    CHECK(fixture.drain(5s));
    CHECK(socket.read_answer().status == 200);
    CHECK(unseen.read_answer().status == 200);
}

TEST_CASE("server: a drain whose time is over closes what is left and says so") {
    server_fixture fixture;
    fixture.start();
    auto running = fixture.connect();
    running.send(get_held);
    REQUIRE(soon([&fixture] { return fixture.held() == 1; }));
    CHECK_FALSE(fixture.drain(20ms));
    CHECK(running.is_at_end());
}

}  // namespace vf::http
