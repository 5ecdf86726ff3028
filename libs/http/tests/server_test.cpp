#include "vf/http/server.hpp"

#include <chrono>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include <fmt/format.h>

#include "server_fixture.hpp"

namespace vf::http {

using namespace std::chrono_literals;
using tests::server_fixture;

namespace {

const std::string get_echo = "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n";

std::string post_of(std::size_t announced, std::size_t sent) {
    return fmt::format(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", announced,
        std::string(sent, 'b')
    );
}

}  // namespace

TEST_CASE("server: two requests in one packet are answered in order on one connection") {
    server_fixture fixture;
    fixture.start();
    auto socket = fixture.connect();
    socket.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none" + get_echo + get_echo
    );
    CHECK(socket.read_answer().body == "POST /echo [one]");
    CHECK(socket.read_answer().body == "GET /echo []");
    CHECK(socket.read_answer().body == "GET /echo []");
    socket.send(get_echo);
    CHECK(socket.read_answer().body == "GET /echo []");
}

TEST_CASE("server: an answer has a length, a type and nothing about us") {
    server_fixture fixture;
    fixture.start();
    const auto answer = fixture.ask(get_echo);
    CHECK(
        answer.head == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\n"
    );
    const auto fault = fixture.ask("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(fault.has("Content-Type: application/json\r\n"));
}

TEST_CASE("server: Connection: close and HTTP/1.0 end the connection, keep-alive keeps it") {
    server_fixture fixture;
    fixture.start();
    auto closing = fixture.connect();
    closing.send("GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(closing.read_answer().has("Connection: close\r\n"));
    CHECK(closing.is_at_end());

    auto old = fixture.connect();
    old.send("GET /echo HTTP/1.0\r\n\r\n");
    CHECK(old.read_answer().head.starts_with("HTTP/1.0 200 OK\r\n"));
    CHECK(old.is_at_end());

    auto kept = fixture.connect();
    kept.send("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(kept.read_answer().has("Connection: keep-alive\r\n"));
    kept.send("GET /echo HTTP/1.0\r\n\r\n");
    CHECK(kept.read_answer().status == 200);
}

TEST_CASE("server: a handler may end the connection, and 204 has no body") {
    server_fixture fixture;
    fixture.start();
    auto socket = fixture.connect();
    socket.send("GET /close HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto answer = socket.read_answer();
    CHECK(answer.status == 204);
    CHECK_FALSE(answer.has("Content-Length"));
    CHECK(socket.is_at_end());
}

TEST_CASE("server: HEAD is answered as GET without a body") {
    server_fixture fixture;
    fixture.start();
    auto socket = fixture.connect();
    socket.send("HEAD /echo HTTP/1.1\r\nHost: x\r\n\r\n" + get_echo);
    const auto answer = socket.read_answer(true);
    CHECK(answer.status == 200);
    CHECK(answer.has("Content-Length: 13\r\n"));  // of "HEAD /echo []"
    CHECK(socket.read_answer().body == "GET /echo []");
}

TEST_CASE("server: an unknown path is 404 and a wrong method 405 with Allow") {
    server_fixture fixture;
    fixture.start();
    const auto unknown = fixture.ask("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(unknown.status == 404);
    CHECK(unknown.body.find("\"not_found\"") != std::string::npos);
    const auto wrong = fixture.ask("PUT /echo HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(wrong.status == 405);
    CHECK(wrong.has("Allow: GET, POST, HEAD\r\n"));
    CHECK(wrong.body.find("\"method_not_allowed\"") != std::string::npos);
    auto head = fixture.connect();
    head.send("HEAD /big HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(head.read_answer(true).status == 405);
}

TEST_CASE("server: the app's own handler answers what has no route") {
    server_fixture fixture;
    fixture.routes.set_not_found([](request request) -> runtime::task<response> {
        response answer;
        answer.status = request.parameters.contains("allow") ? 405 : 404;
        answer.body = "ours " + request.path;
        co_return answer;
    });
    fixture.start();
    CHECK(fixture.ask("GET /a%20b HTTP/1.1\r\nHost: x\r\n\r\n").body == "ours /a b");
    const auto wrong = fixture.ask("PUT /big HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(wrong.status == 405);
    CHECK(wrong.has("Allow: POST\r\n"));
}

TEST_CASE("server: fault bodies come from the app") {
    server_fixture fixture;
    fixture.options.fault_body = [](unsigned status, std::string_view code, std::string_view) {
        return fmt::format("{}-{}", status, code);
    };
    fixture.start();
    CHECK(fixture.ask("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n").body == "404-not_found");
    CHECK(fixture.ask("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n").body == "500-server_error");
}

TEST_CASE("server: a body is refused from its announced length, before it is read") {
    server_fixture fixture;
    fixture.start();
    CHECK(fixture.ask(post_of(1'000, 1'000)).status == 200);
    for (std::size_t announced : {std::size_t{1'001}, std::size_t{900'000'000'000}}) {
        auto socket = fixture.connect();
        socket.send(post_of(announced, 0));
        const auto answer = socket.read_answer();
        CHECK(answer.status == 413);
        CHECK(answer.body.find("payload_too_large") != std::string::npos);
        CHECK(socket.is_at_end());
    }
}

TEST_CASE("server: a chunked body is refused once it is too large") {
    server_fixture fixture;
    fixture.start();
    const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    const auto chunk = "1f4\r\n" + std::string(500, 'c') + "\r\n";
    CHECK(fixture.ask(head + chunk + chunk + "0\r\n\r\n").status == 200);
    CHECK(fixture.ask(head + chunk + chunk + "1\r\nc\r\n0\r\n\r\n").status == 413);
    CHECK(fixture.ask(head + "ffffffff\r\n").status == 413);
}

TEST_CASE("server: who goes on sending a refused body still gets the answer") {
    server_fixture fixture;
    fixture.start();
    auto socket = fixture.connect();
    socket.send(post_of(400'000, 400'000));
    CHECK(socket.read_answer().status == 413);
}

TEST_CASE("server: a large body in many packets and a large answer arrive whole") {
    server_fixture fixture;
    fixture.start();
    const std::string body(3'000'000, 'z');
    const auto answer = fixture.ask(fmt::format(
        "POST /big HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", body.size(), body
    ));
    CHECK(answer.body == "POST /big [" + body + "]");
    CHECK(fixture.ask("GET /large HTTP/1.1\r\nHost: x\r\n\r\n").body.size() == 300'000);
}

TEST_CASE("server: Expect: 100-continue is answered before the body") {
    server_fixture fixture;
    fixture.start();
    auto socket = fixture.connect();
    socket.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    );
    CHECK(socket.read_answer().status == 100);
    socket.send("ok");
    CHECK(socket.read_answer().body == "POST /echo [ok]");

    auto refused = fixture.connect();
    refused.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\nExpect: 100-continue\r\n\r\n"
    );
    CHECK(refused.read_answer().status == 413);
}

TEST_CASE("server: a handler that throws is answered 500 and the server goes on") {
    server_fixture fixture;
    fixture.start();
    auto socket = fixture.connect();
    socket.send("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n" + get_echo);
    const auto answer = socket.read_answer();
    CHECK(answer.status == 500);
    CHECK(answer.body.find("planted") == std::string::npos);
    CHECK(socket.read_answer().status == 200);
}

TEST_CASE("server: connections beyond the limit are answered 503") {
    server_fixture fixture;
    fixture.options.connections_max = 2;
    fixture.start();
    auto first = fixture.connect();
    auto second = fixture.connect();
    first.send(get_echo);
    second.send(get_echo);
    CHECK(first.read_answer().status == 200);
    CHECK(second.read_answer().status == 200);
    const auto third = fixture.ask(get_echo);
    CHECK(third.status == 503);
    CHECK(third.body.find("overloaded") != std::string::npos);
    first.send(get_echo);
    CHECK(first.read_answer().status == 200);
}

TEST_CASE("server: connections that are reset leave nothing behind") {
    server_fixture fixture;
    fixture.start();
    for (const auto& bytes : {std::string{}, std::string{"GET /ec"}, get_echo, post_of(500, 20)}) {
        auto socket = fixture.connect();
        socket.send(bytes);
        socket.reset();
    }
    CHECK(fixture.ask(get_echo).status == 200);
    CHECK(fixture.drain(5s));
    const auto text = fixture.metrics.expose();
    CHECK(text.find("vf_http_connections{listener=\"public\"} 0") != std::string::npos);
}

TEST_CASE("server: a port that is no address cannot be listened on") {
    server_fixture fixture;
    fixture.options.host = "not an address";
    server unlucky{fixture.events, fixture.options, fixture.routes, fixture.metrics};
    const auto started = unlucky.start();
    REQUIRE_FALSE(started);
    CHECK(started.error().code == "cannot_listen");
    CHECK(started.error().kind == failure::permanent);
}

}  // namespace vf::http
