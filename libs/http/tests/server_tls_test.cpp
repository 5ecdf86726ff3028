#include <chrono>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <fmt/format.h>

#include "client_scene.hpp"
#include "server_scene.hpp"
#include "test_certificates.hpp"
#include "tls_socket.hpp"

namespace vf::http {

using namespace std::chrono_literals;
using tests::client_scene;
using tests::raw_socket;
using tests::server_scene;
using tests::soon;
using tests::test_certificates;
using tests::tls_manner;
using tests::tls_socket;

namespace {

const std::string get_echo = "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string get_held = "GET /held HTTP/1.1\r\nHost: x\r\n\r\n";

// The beginning of a ClientHello that announces more than it brings.
const std::string part_of_hello{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11};

class tls_scene : public server_scene {
public:
    tls_scene() { options.tls = test_certificates::get().identity("local"); }

    [[nodiscard]] bool exposes(std::string_view line) const {
        return metrics.expose().find(line) != std::string::npos;
    }
};

client_options trusting() {
    auto options = client_scene::to_loopback();
    options.extra_ca_file = test_certificates::get().path("ca.pem");
    return options;
}

tls_manner only(int version) {
    tls_manner made;
    made.version_min = version;
    made.version_max = version;
    return made;
}

std::string post_of(std::size_t announced, std::size_t sent, std::string_view more = {}) {
    return fmt::format(
        "POST /big HTTP/1.1\r\nHost: x\r\n{}Content-Length: {}\r\n\r\n{}", more, announced,
        std::string(sent, 'b')
    );
}

}  // namespace

TEST_CASE("server: several requests go over one TLS connection") {
    tls_scene scene;
    scene.start();
    tls_socket socket{scene.port()};
    REQUIRE(socket.fault() == "");
    socket.send(get_echo);
    CHECK(socket.read_answer().body == "GET /echo []");
    socket.send(post_of(3, 3) + get_echo);
    CHECK(socket.read_answer().body == "POST /big [bbb]");
    CHECK(socket.read_answer().body == "GET /echo []");
    for (char byte : post_of(2, 2)) {
        socket.send({&byte, 1});
    }
    CHECK(socket.read_answer().body == "POST /big [bb]");
    socket.send("GET /close HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(socket.read_answer().status == 204);
    CHECK(socket.is_at_clean_end());
}

TEST_CASE("server: our own client trusts it, reuses the connection, and a megabyte goes both ways"
) {
    tls_scene scene;
    scene.start();
    client_scene client{trusting()};
    client_request made;
    made.method = "POST";
    made.url = fmt::format("https://localhost:{}/big", scene.port());
    made.body.assign(1U << 20U, 'm');
    made.body_kept = 2U << 20U;
    for (bool reused : {false, true}) {
        const auto answer = client.send(made);
        REQUIRE(answer);
        CHECK(answer->status == 200);
        CHECK(answer->body == "POST /big [" + made.body + "]");
        CHECK(answer->connection_reused == reused);
    }
    client.http->close_idle();
}

TEST_CASE("server: TLS 1.3 goes before 1.2, and what is older is refused") {
    tls_scene scene;
    scene.start();
    CHECK(tls_socket{scene.port()}.version() == "TLSv1.3");
    tls_socket older{scene.port(), only(TLS1_2_VERSION)};
    CHECK(older.version() == "TLSv1.2");
    older.send(get_echo);
    CHECK(older.read_answer().status == 200);
    for (int version : {TLS1_VERSION, TLS1_1_VERSION}) {
        tls_socket refused{scene.port(), only(version)};
        CHECK(refused.fault().find("protocol version") != std::string::npos);
    }
    CHECK(scene.drain(5s));
    CHECK(scene.exposes("vf_http_faults_total{code=\"tls_failed\",listener=\"public\"} 2"));
}

TEST_CASE("server: ciphers without forward secrecy or authentication are refused") {
    tls_scene scene;
    scene.options.tls = test_certificates::get().identity("rsa");
    scene.start();
    auto manner = only(TLS1_2_VERSION);
    CHECK(tls_socket{scene.port(), manner}.cipher().starts_with("ECDHE-RSA-"));
    for (const char* weak : {"AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA", "DHE-RSA-AES128-SHA"}) {
        manner.ciphers = fmt::format("{}:@SECLEVEL=0", weak);
        CHECK(tls_socket{scene.port(), manner}.fault().find("failure") != std::string::npos);
    }
}

TEST_CASE("server: a client cannot begin TLS anew within a connection") {
    tls_scene scene;
    scene.start();
    tls_socket socket{scene.port(), only(TLS1_2_VERSION)};
    REQUIRE(socket.fault() == "");
    CHECK_FALSE(socket.renegotiate());
}

TEST_CASE("server: ALPN agrees on HTTP/1.1 and on nothing else") {
    tls_scene scene;
    scene.start();
    tls_manner manner;
    CHECK(tls_socket{scene.port(), manner}.protocol().empty());
    manner.protocols = "\x08http/1.1";
    CHECK(tls_socket{scene.port(), manner}.protocol() == "http/1.1");
    manner.protocols = "\x02h2\x08http/1.1";
    CHECK(tls_socket{scene.port(), manner}.protocol() == "http/1.1");
    manner.protocols = "\x02h2";
    const tls_socket refused{scene.port(), manner};
    CHECK(refused.fault().find("no application protocol") != std::string::npos);
}

TEST_CASE("server: a client that comes again, to any server here, need not shake hands in full") {
    tls_scene scene;
    scene.start();
    tls_scene neighbour;
    neighbour.start();
    for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_socket first{scene.port(), only(version)};
        first.send(get_echo);
        CHECK(first.read_answer().status == 200);
        CHECK(first.resumes(scene.port()));
        CHECK(first.resumes(neighbour.port()));
    }
}

TEST_CASE("server: a handshake that hangs or drips ends at the limit of a head") {
    tls_scene scene;
    scene.options.header_limit = 60ms;
    scene.start();
    auto silent = scene.connect();
    auto hanging = scene.connect();
    hanging.send(part_of_hello);
    CHECK(hanging.is_at_end());
    CHECK(silent.is_at_end());
    auto dripping = scene.connect();
    dripping.send(part_of_hello);
    std::size_t sent = 0;
    while (sent < 500 && dripping.send("\x01")) {
        ++sent;
        static_cast<void>(dripping.receive(5));
    }
    CHECK(sent < 500);
    const tls_socket without_request{scene.port()};
    CHECK(without_request.is_at_clean_end());
    CHECK(scene.drain(5s));
    CHECK(scene.exposes("vf_http_connections{listener=\"public\"} 0"));
    CHECK(scene.exposes("vf_http_faults_total{code=\"tls_failed\",listener=\"public\"} 3"));
}

TEST_CASE("server: a handshake that hangs holds up nobody else") {
    tls_scene scene;
    scene.start();
    std::vector<raw_socket> hanging;
    for (int count = 0; count < 20; ++count) {
        hanging.push_back(scene.connect());
        hanging.back().send(part_of_hello);
    }
    tls_socket socket{scene.port()};
    socket.send(get_echo);
    CHECK(socket.read_answer().status == 200);
    CHECK(scene.drain(5s));
}

TEST_CASE("server: who does not speak TLS to a TLS port is closed without harm") {
    tls_scene scene;
    scene.start();
    for (const auto& bytes : {get_echo, std::string(5'000, 'x'), std::string(300, '\0')}) {
        auto plain = scene.connect();
        plain.send(bytes);
        while (auto got = plain.receive()) {
            CHECK_FALSE(got->starts_with("HTTP"));
        }
    }
    for (const auto& bytes : {std::string{}, part_of_hello}) {
        auto gone = scene.connect();
        gone.send(bytes);
        gone.reset();
    }
    tls_socket socket{scene.port()};
    socket.send(get_echo);
    CHECK(socket.read_answer().status == 200);
}

TEST_CASE("server: Expect: 100-continue is answered before the body over TLS") {
    tls_scene scene;
    scene.start();
    for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_socket socket{scene.port(), only(version)};
        socket.send(post_of(2, 0, "Expect: 100-continue\r\n"));
        CHECK(socket.read_answer().status == 100);
        socket.send("ok");
        CHECK(socket.read_answer().body == "POST /big [ok]");
    }
}

TEST_CASE("server: faults over TLS are answered and end with a goodbye") {
    tls_scene scene;
    scene.options.header_limit = 100ms;
    scene.options.handler_limit = 40ms;
    scene.start();
    tls_socket large{scene.port()};
    large.send(post_of(9U << 20U, 400'000));
    CHECK(large.read_answer().status == 413);
    CHECK(large.is_at_clean_end());
    tls_socket slow{scene.port()};
    slow.send("GET /echo HTTP/1.1\r\nHost:");
    CHECK(slow.read_answer().status == 408);
    CHECK(slow.is_at_clean_end());
    tls_socket held{scene.port()};
    held.send(get_held);
    CHECK(held.read_answer().status == 503);
    CHECK(held.is_at_clean_end());
}

TEST_CASE("server: a TLS reader that takes nothing is given up") {
    tls_scene scene;
    scene.options.body_limit = 50ms;
    scene.start();
    tls_socket deaf{scene.port()};
    for (int count = 0; count < 100; ++count) {
        deaf.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    tls_socket other{scene.port()};
    other.send(get_echo);
    CHECK(other.read_answer().status == 200);
    CHECK(scene.drain(5s));
}

TEST_CASE("server: a drain answers what runs over TLS and says goodbye to what is idle") {
    tls_scene scene;
    scene.start();
    tls_socket idle{scene.port()};
    idle.send(get_echo);
    CHECK(idle.read_answer().status == 200);
    tls_socket running{scene.port()};
    running.send(get_held);
    REQUIRE(soon([&scene] { return scene.held() == 1; }));

    std::thread drainer{[&scene] { CHECK(scene.drain(5s)); }};
    CHECK(idle.is_at_clean_end());
    scene.release();
    const auto answer = running.read_answer();
    CHECK(answer.status == 200);
    CHECK(answer.has("Connection: close\r\n"));
    CHECK(running.is_at_clean_end());
    drainer.join();
}

TEST_CASE("server: a TLS connection opened just before a drain has its first request answered") {
    tls_scene scene;
    scene.start();
    tls_socket opened{scene.port()};
    tls_socket silent{scene.port()};
    tls_socket idle{scene.port()};
    idle.send(get_echo);
    CHECK(idle.read_answer().status == 200);

    std::thread drainer{[&scene] { CHECK(scene.drain(5s)); }};
    CHECK(idle.is_at_clean_end());
    opened.send(get_echo);
    const auto answer = opened.read_answer();
    CHECK(answer.status == 200);
    CHECK(answer.has("Connection: close\r\n"));
    CHECK(silent.is_at_clean_end());
    drainer.join();
}

TEST_CASE("server: a renewed certificate is for new connections, and old ones go on") {
    tls_scene scene;
    scene.start();
    tls_socket old{scene.port()};
    CHECK(old.peer() == "local");
    CHECK(old.chain_length() == 2);
    REQUIRE(scene.renew(test_certificates::get().identity("renewed")));
    CHECK(tls_socket{scene.port()}.peer() == "renewed");
    old.send(get_echo);
    CHECK(old.read_answer().status == 200);

    const auto refused = scene.renew({test_certificates::get().text("local.pem"), "nonsense"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "bad_certificate");
    CHECK(tls_socket{scene.port()}.peer() == "renewed");
}

TEST_CASE("server: a certificate that cannot serve keeps it from starting and says why") {
    struct row {
        std::string chain;
        std::string key;
        const char* detail;
    };

    const auto& files = test_certificates::get();
    const auto local = files.text("local.pem");
    const auto key = files.text("local.key");
    const auto cut = local + files.text("ca.pem").substr(0, 200);
    const std::vector<row> rows{
        {"", key, "the certificate is not PEM"},
        {"nonsense", key, "the certificate is not PEM"},
        {key, key, "the certificate is not PEM"},
        {local.substr(0, 200), key, "the certificate is not PEM"},
        {cut, key, "a certificate of the chain is not PEM"},
        {local, "", "the private key is not PEM"},
        {local, local, "the private key is not PEM"},
        {local, files.text("sealed.key"), "the private key is not PEM, or it has a passphrase"},
        {local, files.text("other.key"), "the private key does not belong to the certificate"},
        {local, files.text("rsa.key"), "the private key does not belong to the certificate"},
        {files.text("ca.pem") + local, key, "the private key does not belong"},
    };
    for (const auto& [chain, private_key, detail] : rows) {
        tls_scene scene;
        scene.options.tls = tls_identity{chain, private_key};
        server unlucky{scene.events, scene.options, scene.routes, scene.metrics};
        const auto started = unlucky.start();
        REQUIRE_FALSE(started);
        CHECK(started.error().code == "bad_certificate");
        CHECK(started.error().kind == failure::permanent);
        INFO(started.error().detail);
        CHECK(started.error().detail.starts_with(detail));
        CHECK(unlucky.port() == 0);
    }
}

}  // namespace vf::http
