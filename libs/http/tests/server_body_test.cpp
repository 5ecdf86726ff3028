// Who is refused before his body is read, and what the bodies of the others may take.
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <fmt/format.h>

#include "server_fixture.hpp"
#include "vf/http/body_budget.hpp"

namespace vf::http {

using namespace std::chrono_literals;
using tests::raw_answer;
using tests::raw_socket;
using tests::server_fixture;
using tests::soon;

namespace {

constexpr std::size_t gated_limit = 400'000;
constexpr body_limits small_budget{1'000'000, 500'000};

runtime::task<response> count_bytes(request request) {
    response answer;
    answer.body = fmt::format("{} bytes", request.body.size());
    co_return answer;
}

runtime::task<response> throw_always(request) {
    co_await runtime::yield();
    throw std::runtime_error{"planted"};
}

// A server whose route /gated takes those with a key, and counts their bodies as their account's.
class gated_fixture : public server_fixture {
public:
    gated_fixture() {
        options.bodies = budget;
        add("/gated", count_bytes);
        add("/throwing", throw_always);
        add("/holding", [this](request request) { return hold(std::move(request)); });
    }

    [[nodiscard]] bool empty_soon() const {
        return soon([this] { return budget->held() == 0; });
    }

    std::shared_ptr<body_budget> budget{std::make_shared<body_budget>(small_budget, metrics)};

private:
    void add(std::string path, handler handler) {
        route gated{"POST", std::move(path), gated_limit, nullptr};
        gated.on_head = [this, handler](const request& head) { return judge(handler, head); };
        routes.add(std::move(gated));
    }

    runtime::task<head_result> judge(handler handler, const request& head) {
        const auto* key = head.headers.find("Key");
        if (key != nullptr && *key == "slow") {
            co_await released.wait();
        }
        if (key != nullptr && *key == "broken") {
            throw std::runtime_error{"planted"};
        }
        if (key == nullptr || *key == "wrong") {
            response refused;
            refused.status = 401;
            refused.body = "who?";
            co_return std::unexpected(std::move(refused));
        }
        co_return accepted_head{*key, std::move(handler)};
    }

    runtime::task<response> hold(request request) {
        ++holding;
        co_await released.wait();
        auto answer = co_await count_bytes(std::move(request));
        co_return answer;
    }

public:
    std::atomic<int> holding{0};
};

std::string head_of(std::string_view path, std::string_view key, std::string_view framing) {
    return fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nKey: {}\r\n{}\r\n\r\n", path, key, framing);
}

std::string sized(std::size_t length) {
    return fmt::format("Content-Length: {}", length);
}

}  // namespace

TEST_CASE("server: who is refused by his head is answered before his body comes") {
    gated_fixture fixture;
    fixture.start();
    for (const auto& framing :
         {sized(1), sized(399'999), std::string{"Transfer-Encoding: chunked"}}) {
        auto socket = fixture.connect();
        socket.send(head_of("/gated", "wrong", framing));
        const auto answer = socket.read_answer();
        CHECK(answer.status == 401);
        CHECK(answer.body == "who?");
    }
    CHECK(fixture.budget->held() == 0);
}

TEST_CASE("server: a short body of a refused request is dropped and the connection stays") {
    gated_fixture fixture;
    fixture.start();
    auto socket = fixture.connect();
    socket.send(head_of("/gated", "wrong", sized(100'000)));
    CHECK(socket.read_answer().status == 401);
    socket.send(std::string(100'000, 'b') + head_of("/gated", "good", sized(3)) + "abc");
    CHECK(socket.read_answer().body == "3 bytes");
}

TEST_CASE("server: a body that is only dropped holds up no drain") {
    gated_fixture fixture;
    fixture.start();
    auto socket = fixture.connect();
    socket.send(head_of("/gated", "wrong", sized(100'000)));
    CHECK(socket.read_answer().status == 401);
    CHECK(fixture.drain(5s));
}

TEST_CASE("server: a long or endless body of a refused request ends the connection") {
    gated_fixture fixture;
    fixture.start();
    for (const auto& framing : {sized(300'000), std::string{"Transfer-Encoding: chunked"}}) {
        auto socket = fixture.connect();
        socket.send(head_of("/gated", "wrong", framing));
        CHECK(socket.read_answer().has("Connection: close\r\n"));
        CHECK(socket.is_at_end());
    }
}

TEST_CASE("server: 100 Continue is for those alone who may go on") {
    gated_fixture fixture;
    fixture.start();
    auto refused = fixture.connect();
    refused.send(head_of("/gated", "wrong", "Content-Length: 2\r\nExpect: 100-continue"));
    CHECK(refused.read_answer().status == 401);
    CHECK(refused.is_at_end());
    auto slow = fixture.connect();
    slow.send(head_of("/gated", "slow", "Content-Length: 2\r\nExpect: 100-continue"));
    CHECK_FALSE(slow.receive(50).has_value());
    fixture.release();
    CHECK(slow.read_answer().status == 100);
    slow.send("ok");
    CHECK(slow.read_answer().body == "2 bytes");
}

TEST_CASE("server: judging a head may take no longer than a handler, and may fail") {
    gated_fixture fixture;
    fixture.options.handler_limit = 40ms;
    fixture.start();
    auto slow = fixture.connect();
    slow.send(head_of("/gated", "slow", sized(1'000)));
    CHECK(slow.read_answer().status == 503);
    CHECK(fixture.ask(head_of("/gated", "broken", sized(1'000))).status == 500);
    fixture.release();
    CHECK(fixture.ask(head_of("/gated", "good", sized(1)) + "a").status == 200);
}

TEST_CASE("server: bodies beyond an account's share are refused, and others' are taken") {
    gated_fixture fixture;
    fixture.start();
    auto first = fixture.connect();
    first.send(head_of("/gated", "greedy", sized(400'000)) + std::string(10, 'b'));
    REQUIRE(soon([&] { return fixture.budget->held() > 0; }));
    const auto refused = fixture.ask(head_of("/gated", "greedy", sized(100'001)));
    CHECK(refused.status == 503);
    CHECK(refused.has("Retry-After: 1\r\n"));
    const auto other = fixture.ask(head_of("/gated", "modest", sized(2)) + "ok");
    CHECK(other.body == "2 bytes");
    first.send(std::string(399'990, 'b'));
    CHECK(first.read_answer().body == "400000 bytes");
    CHECK(fixture.empty_soon());
}

TEST_CASE("server: what has only been announced takes no room of others") {
    gated_fixture fixture;
    fixture.start();
    std::vector<raw_socket> sockets;
    for (const auto* account : {"a", "b", "c", "d"}) {
        sockets.push_back(fixture.connect());
        sockets.back().send(head_of("/gated", account, sized(400'000) + "\r\nExpect: 100-continue")
        );
        REQUIRE(sockets.back().read_answer().status == 100);
    }
    CHECK(fixture.budget->held() == 0);
    const auto large = head_of("/gated", "e", sized(400'000)) + std::string(400'000, 'e');
    CHECK(fixture.ask(large).body == "400000 bytes");
}

TEST_CASE("server: bodies beyond the budget of all are refused, but for a usual one of each") {
    gated_fixture fixture;
    fixture.start();
    std::vector<raw_socket> sockets;
    for (const auto* account : {"a", "b"}) {
        sockets.push_back(fixture.connect());
        sockets.back().send(head_of("/gated", account, sized(400'000)) + std::string(399'999, 'b'));
    }
    REQUIRE(soon([&] { return fixture.budget->held() == 800'000; }));
    const auto body_of = [](std::size_t size) {
        return head_of("/gated", "c", sized(size)) + std::string(size, 'c');
    };
    CHECK(fixture.ask(body_of(300'000)).status == 503);
    CHECK(fixture.ask(body_of(190'000)).body == "190000 bytes");
    for (auto& each : sockets) {
        each.reset();
    }
    CHECK(fixture.empty_soon());
    CHECK(fixture.ask(body_of(300'000)).body == "300000 bytes");
}

TEST_CASE("server: a chunked body takes what it has brought") {
    gated_fixture fixture;
    fixture.start();
    auto full = fixture.connect();
    full.send(head_of("/gated", "c", sized(400'000)) + "begun");
    REQUIRE(soon([&] { return fixture.budget->held() > 0; }));
    auto socket = fixture.connect();
    socket.send(head_of("/gated", "c", "Transfer-Encoding: chunked"));
    const auto chunk = "fa00\r\n" + std::string(64'000, 'c') + "\r\n";
    socket.send(chunk + chunk + chunk + "0\r\n\r\n");
    CHECK(socket.read_answer().status == 503);
    full.reset();
    REQUIRE(fixture.empty_soon());
    const auto whole = head_of("/gated", "c", "Transfer-Encoding: chunked") + chunk + "0\r\n\r\n";
    CHECK(fixture.ask(whole).body == "64000 bytes");
}

TEST_CASE("server: whatever way a request ends, its body's share of the budget is back") {
    gated_fixture fixture;
    fixture.options.body_limit = 100ms;
    fixture.options.handler_limit = 100ms;
    fixture.start();
    CHECK(fixture.ask(head_of("/gated", "a", sized(5)) + "12345").status == 200);
    CHECK(fixture.ask(head_of("/throwing", "a", sized(5)) + "12345").status == 500);
    CHECK(fixture.ask(head_of("/gated", "a", sized(9'999)) + "slow").status == 408);
    CHECK(fixture.ask(head_of("/gated", "a", sized(999'999))).status == 413);
    const auto coded = sized(5) + "\r\nContent-Encoding: br";
    CHECK(fixture.ask(head_of("/gated", "a", coded) + "12345").status == 415);
    const auto gzip = sized(5) + "\r\nContent-Encoding: gzip";
    CHECK(fixture.ask(head_of("/gated", "a", gzip) + "12345").status == 400);
    CHECK(
        fixture.ask(head_of("/gated", "a", "Transfer-Encoding: chunked") + "zz\r\n").status == 400
    );
    CHECK(fixture.empty_soon());

    auto reset = fixture.connect();
    reset.send(head_of("/gated", "a", sized(100'000)) + "begun");
    REQUIRE(soon([&] { return fixture.budget->held() > 0; }));
    reset.reset();
    CHECK(fixture.empty_soon());

    // The answer is there before the handler's end; its body goes with it.
    CHECK(fixture.ask(head_of("/holding", "a", sized(5)) + "12345").status == 503);
    CHECK(fixture.budget->held() == 5);
    fixture.release();
    CHECK(fixture.empty_soon());
    CHECK(fixture.metrics.expose().contains("vf_http_body_bytes 0"));
}

}  // namespace vf::http
