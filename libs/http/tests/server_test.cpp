#include "vf/http/server.hpp"

#include <chrono>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include <fmt/format.h>

#include "server_scene.hpp"

namespace vf::http {

using namespace std::chrono_literals;
using tests::server_scene;

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
    server_scene scene;
    scene.start();
    auto socket = scene.connect();
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
    server_scene scene;
    scene.start();
    const auto answer = scene.ask(get_echo);
    CHECK(
        answer.head == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\n"
    );
    const auto fault = scene.ask("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(fault.has("Content-Type: application/json\r\n"));
}

TEST_CASE("server: Connection: close and HTTP/1.0 end the connection, keep-alive keeps it") {
    server_scene scene;
    scene.start();
    auto closing = scene.connect();
    closing.send("GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(closing.read_answer().has("Connection: close\r\n"));
    CHECK(closing.is_at_end());

    auto old = scene.connect();
    old.send("GET /echo HTTP/1.0\r\n\r\n");
    CHECK(old.read_answer().head.starts_with("HTTP/1.0 200 OK\r\n"));
    CHECK(old.is_at_end());

    auto kept = scene.connect();
    kept.send("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(kept.read_answer().has("Connection: keep-alive\r\n"));
    kept.send("GET /echo HTTP/1.0\r\n\r\n");
    CHECK(kept.read_answer().status == 200);
}

TEST_CASE("server: a handler may end the connection, and 204 has no body") {
    server_scene scene;
    scene.start();
    auto socket = scene.connect();
    socket.send("GET /close HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto answer = socket.read_answer();
    CHECK(answer.status == 204);
    CHECK_FALSE(answer.has("Content-Length"));
    CHECK(socket.is_at_end());
}

TEST_CASE("server: HEAD is answered as GET without a body") {
    server_scene scene;
    scene.start();
    auto socket = scene.connect();
    socket.send("HEAD /echo HTTP/1.1\r\nHost: x\r\n\r\n" + get_echo);
    const auto answer = socket.read_answer(true);
    CHECK(answer.status == 200);
    CHECK(answer.has("Content-Length: 13\r\n"));  // of "HEAD /echo []"
    CHECK(socket.read_answer().body == "GET /echo []");
}

TEST_CASE("server: an unknown path is 404 and a wrong method 405 with Allow") {
    server_scene scene;
    scene.start();
    const auto unknown = scene.ask("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(unknown.status == 404);
    CHECK(unknown.body.find("\"not_found\"") != std::string::npos);
    const auto wrong = scene.ask("PUT /echo HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(wrong.status == 405);
    CHECK(wrong.has("Allow: GET, POST, HEAD\r\n"));
    CHECK(wrong.body.find("\"method_not_allowed\"") != std::string::npos);
    auto head = scene.connect();
    head.send("HEAD /big HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(head.read_answer(true).status == 405);
}

TEST_CASE("server: the app's own handler answers what has no route") {
    server_scene scene;
    scene.routes.set_not_found([](request made) -> runtime::task<response> {
        response answer;
        answer.status = made.parameters.contains("allow") ? 405 : 404;
        answer.body = "ours " + made.path;
        co_return answer;
    });
    scene.start();
    CHECK(scene.ask("GET /a%20b HTTP/1.1\r\nHost: x\r\n\r\n").body == "ours /a b");
    const auto wrong = scene.ask("PUT /big HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(wrong.status == 405);
    CHECK(wrong.has("Allow: POST\r\n"));
}

TEST_CASE("server: fault bodies come from the app") {
    server_scene scene;
    scene.options.fault_body = [](unsigned status, std::string_view code, std::string_view) {
        return fmt::format("{}-{}", status, code);
    };
    scene.start();
    CHECK(scene.ask("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n").body == "404-not_found");
    CHECK(scene.ask("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n").body == "500-server_error");
}

TEST_CASE("server: a body is refused from its announced length, before it is read") {
    server_scene scene;
    scene.start();
    CHECK(scene.ask(post_of(1'000, 1'000)).status == 200);
    for (std::size_t announced : {std::size_t{1'001}, std::size_t{900'000'000'000}}) {
        auto socket = scene.connect();
        socket.send(post_of(announced, 0));
        const auto answer = socket.read_answer();
        CHECK(answer.status == 413);
        CHECK(answer.body.find("payload_too_large") != std::string::npos);
        CHECK(socket.is_at_end());
    }
}

TEST_CASE("server: a chunked body is refused once it is too large") {
    server_scene scene;
    scene.start();
    const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    const auto chunk = "1f4\r\n" + std::string(500, 'c') + "\r\n";
    CHECK(scene.ask(head + chunk + chunk + "0\r\n\r\n").status == 200);
    CHECK(scene.ask(head + chunk + chunk + "1\r\nc\r\n0\r\n\r\n").status == 413);
    CHECK(scene.ask(head + "ffffffff\r\n").status == 413);
}

TEST_CASE("server: who goes on sending a refused body still gets the answer") {
    server_scene scene;
    scene.start();
    auto socket = scene.connect();
    socket.send(post_of(400'000, 400'000));
    CHECK(socket.read_answer().status == 413);
}

TEST_CASE("server: a large body in many packets and a large answer arrive whole") {
    server_scene scene;
    scene.start();
    const std::string body(3'000'000, 'z');
    const auto answer = scene.ask(fmt::format(
        "POST /big HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", body.size(), body
    ));
    CHECK(answer.body == "POST /big [" + body + "]");
    CHECK(scene.ask("GET /large HTTP/1.1\r\nHost: x\r\n\r\n").body.size() == 300'000);
}

TEST_CASE("server: Expect: 100-continue is answered before the body") {
    server_scene scene;
    scene.start();
    auto socket = scene.connect();
    socket.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    );
    CHECK(socket.read_answer().status == 100);
    socket.send("ok");
    CHECK(socket.read_answer().body == "POST /echo [ok]");

    auto refused = scene.connect();
    refused.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\nExpect: 100-continue\r\n\r\n"
    );
    CHECK(refused.read_answer().status == 413);
}

TEST_CASE("server: a handler that throws is answered 500 and the server goes on") {
    server_scene scene;
    scene.start();
    auto socket = scene.connect();
    socket.send("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n" + get_echo);
    const auto answer = socket.read_answer();
    CHECK(answer.status == 500);
    CHECK(answer.body.find("planted") == std::string::npos);
    CHECK(socket.read_answer().status == 200);
}

TEST_CASE("server: connections beyond the limit are answered 503") {
    server_scene scene;
    scene.options.connections_max = 2;
    scene.start();
    auto first = scene.connect();
    auto second = scene.connect();
    first.send(get_echo);
    second.send(get_echo);
    CHECK(first.read_answer().status == 200);
    CHECK(second.read_answer().status == 200);
    const auto third = scene.ask(get_echo);
    CHECK(third.status == 503);
    CHECK(third.body.find("overloaded") != std::string::npos);
    first.send(get_echo);
    CHECK(first.read_answer().status == 200);
}

TEST_CASE("server: connections that are reset leave nothing behind") {
    server_scene scene;
    scene.start();
    for (const auto& bytes : {std::string{}, std::string{"GET /ec"}, get_echo, post_of(500, 20)}) {
        auto socket = scene.connect();
        socket.send(bytes);
        socket.reset();
    }
    CHECK(scene.ask(get_echo).status == 200);
    CHECK(scene.drain(5s));
    const auto text = scene.metrics.expose();
    CHECK(text.find("vf_http_connections{listener=\"public\"} 0") != std::string::npos);
}

TEST_CASE("server: a port that is no address cannot be listened on") {
    server_scene scene;
    scene.options.host = "not an address";
    server unlucky{scene.events, scene.options, scene.routes, scene.metrics};
    const auto started = unlucky.start();
    REQUIRE_FALSE(started);
    CHECK(started.error().code == "cannot_listen");
    CHECK(started.error().kind == failure::permanent);
}

}  // namespace vf::http
