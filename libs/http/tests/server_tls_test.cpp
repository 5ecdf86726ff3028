#include <chrono>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <fmt/format.h>

#include "client_fixture.hpp"
#include "server_fixture.hpp"
#include "test_certificates.hpp"
#include "tls_socket.hpp"

namespace vf::http {

using namespace std::chrono_literals;
using tests::client_fixture;
using tests::raw_socket;
using tests::server_fixture;
using tests::soon;
using tests::test_certificates;
using tests::tls_socket;
using tests::tls_test_options;

namespace {

const std::string get_echo = "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string get_held = "GET /held HTTP/1.1\r\nHost: x\r\n\r\n";

// The beginning of a ClientHello that announces more than it brings.
const std::string part_of_hello{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11};

class tls_fixture : public server_fixture {
public:
    tls_fixture() { options.tls = test_certificates::get().identity("local"); }

    [[nodiscard]] bool exposes(std::string_view line) const {
        return metrics.expose().find(line) != std::string::npos;
    }
};

client_options trusting() {
    auto options = client_fixture::to_loopback();
    options.extra_ca_file = test_certificates::get().path("ca.pem");
    return options;
}

tls_test_options only(int version) {
    tls_test_options options;
    options.version_min = version;
    options.version_max = version;
    return options;
}

std::string post_of(std::size_t announced, std::size_t sent, std::string_view more = {}) {
    return fmt::format(
        "POST /big HTTP/1.1\r\nHost: x\r\n{}Content-Length: {}\r\n\r\n{}", more, announced,
        std::string(sent, 'b')
    );
}

}  // namespace

TEST_CASE("server: several requests go over one TLS connection") {
    tls_fixture fixture;
    fixture.start();
    tls_socket socket{fixture.port()};
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
    tls_fixture fixture;
    fixture.start();
    client_fixture client{trusting()};
    client_request request;
    request.method = "POST";
    request.url = fmt::format("https://localhost:{}/big", fixture.port());
    request.body.assign(1U << 20U, 'm');
    request.body_kept = 2U << 20U;
    for (bool reused : {false, true}) {
        const auto answer = client.send(request);
        REQUIRE(answer);
        CHECK(answer->status == 200);
        CHECK(answer->body == "POST /big [" + request.body + "]");
        CHECK(answer->connection_reused == reused);
    }
    client.http->close_idle();
}

TEST_CASE("server: TLS 1.3 goes before 1.2, and what is older is refused") {
    tls_fixture fixture;
    fixture.start();
    CHECK(tls_socket{fixture.port()}.version() == "TLSv1.3");
    tls_socket older{fixture.port(), only(TLS1_2_VERSION)};
    CHECK(older.version() == "TLSv1.2");
    older.send(get_echo);
    CHECK(older.read_answer().status == 200);
    for (int version : {TLS1_VERSION, TLS1_1_VERSION}) {
        tls_socket refused{fixture.port(), only(version)};
        CHECK(refused.fault().find("protocol version") != std::string::npos);
    }
    CHECK(fixture.drain(5s));
    CHECK(fixture.exposes("vf_http_faults_total{code=\"tls_failed\",listener=\"public\"} 2"));
}

TEST_CASE("server: ciphers without forward secrecy or authentication are refused") {
    tls_fixture fixture;
    fixture.options.tls = test_certificates::get().identity("rsa");
    fixture.start();
    auto options = only(TLS1_2_VERSION);
    CHECK(tls_socket{fixture.port(), options}.cipher().starts_with("ECDHE-RSA-"));
    for (const char* weak : {"AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA", "DHE-RSA-AES128-SHA"}) {
        options.ciphers = fmt::format("{}:@SECLEVEL=0", weak);
        CHECK(tls_socket{fixture.port(), options}.fault().find("failure") != std::string::npos);
    }
}

TEST_CASE("server: a client cannot begin TLS anew within a connection") {
    tls_fixture fixture;
    fixture.start();
    tls_socket socket{fixture.port(), only(TLS1_2_VERSION)};
    REQUIRE(socket.fault() == "");
    CHECK_FALSE(socket.renegotiate());
}

TEST_CASE("server: ALPN agrees on HTTP/1.1 and on nothing else") {
    tls_fixture fixture;
    fixture.start();
    tls_test_options options;
    CHECK(tls_socket{fixture.port(), options}.protocol().empty());
    options.protocols = "\x08http/1.1";
    CHECK(tls_socket{fixture.port(), options}.protocol() == "http/1.1");
    options.protocols = "\x02h2\x08http/1.1";
    CHECK(tls_socket{fixture.port(), options}.protocol() == "http/1.1");
    options.protocols = "\x02h2";
    const tls_socket refused{fixture.port(), options};
    CHECK(refused.fault().find("no application protocol") != std::string::npos);
}

TEST_CASE("server: a client that comes again, to any server here, need not shake hands in full") {
    tls_fixture fixture;
    fixture.start();
    tls_fixture neighbour;
    neighbour.start();
    for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_socket first{fixture.port(), only(version)};
        first.send(get_echo);
        CHECK(first.read_answer().status == 200);
        CHECK(first.resumes(fixture.port()));
        CHECK(first.resumes(neighbour.port()));
    }
}

TEST_CASE("server: a handshake that hangs or drips ends at the limit of a head") {
    tls_fixture fixture;
    fixture.options.header_limit = 60ms;
    fixture.start();
    auto silent = fixture.connect();
    auto hanging = fixture.connect();
    hanging.send(part_of_hello);
    CHECK(hanging.is_at_end());
    CHECK(silent.is_at_end());
    auto dripping = fixture.connect();
    dripping.send(part_of_hello);
    std::size_t sent = 0;
    while (sent < 500 && dripping.send("\x01")) {
        ++sent;
        static_cast<void>(dripping.receive(5));
    }
    CHECK(sent < 500);
    const tls_socket without_request{fixture.port()};
    CHECK(without_request.is_at_clean_end());
    CHECK(fixture.drain(5s));
    CHECK(fixture.exposes("vf_http_connections{listener=\"public\"} 0"));
    CHECK(fixture.exposes("vf_http_faults_total{code=\"tls_failed\",listener=\"public\"} 3"));
}

TEST_CASE("server: a handshake that hangs holds up nobody else") {
    tls_fixture fixture;
    fixture.start();
    std::vector<raw_socket> hanging;
    for (int count = 0; count < 20; ++count) {
        hanging.push_back(fixture.connect());
        hanging.back().send(part_of_hello);
    }
    tls_socket socket{fixture.port()};
    socket.send(get_echo);
    CHECK(socket.read_answer().status == 200);
    CHECK(fixture.drain(5s));
}

TEST_CASE("server: who does not speak TLS to a TLS port is closed without harm") {
    tls_fixture fixture;
    fixture.start();
    for (const auto& bytes : {get_echo, std::string(5'000, 'x'), std::string(300, '\0')}) {
        auto plain = fixture.connect();
        plain.send(bytes);
        while (auto got = plain.receive()) {
            CHECK_FALSE(got->starts_with("HTTP"));
        }
    }
    for (const auto& bytes : {std::string{}, part_of_hello}) {
        auto gone = fixture.connect();
        gone.send(bytes);
        gone.reset();
    }
    tls_socket socket{fixture.port()};
    socket.send(get_echo);
    CHECK(socket.read_answer().status == 200);
}

TEST_CASE("server: Expect: 100-continue is answered before the body over TLS") {
    tls_fixture fixture;
    fixture.start();
    for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_socket socket{fixture.port(), only(version)};
        socket.send(post_of(2, 0, "Expect: 100-continue\r\n"));
        CHECK(socket.read_answer().status == 100);
        socket.send("ok");
        CHECK(socket.read_answer().body == "POST /big [ok]");
    }
}

TEST_CASE("server: faults over TLS are answered and end with a goodbye") {
    tls_fixture fixture;
    fixture.options.header_limit = 100ms;
    fixture.options.handler_limit = 40ms;
    fixture.start();
    tls_socket large{fixture.port()};
    large.send(post_of(9U << 20U, 400'000));
    CHECK(large.read_answer().status == 413);
    CHECK(large.is_at_clean_end());
    tls_socket slow{fixture.port()};
    slow.send("GET /echo HTTP/1.1\r\nHost:");
    CHECK(slow.read_answer().status == 408);
    CHECK(slow.is_at_clean_end());
    tls_socket tls_socket{fixture.port()};
    tls_socket.send(get_held);
    CHECK(tls_socket.read_answer().status == 503);
    CHECK(tls_socket.is_at_clean_end());
}

TEST_CASE("server: a TLS reader that takes nothing is given up") {
    tls_fixture fixture;
    fixture.options.body_limit = 50ms;
    fixture.start();
    tls_socket deaf{fixture.port()};
    for (int count = 0; count < 100; ++count) {
        deaf.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    tls_socket other{fixture.port()};
    other.send(get_echo);
    CHECK(other.read_answer().status == 200);
    CHECK(fixture.drain(5s));
}

TEST_CASE("server: a drain answers what runs over TLS and says goodbye to what is idle") {
    tls_fixture fixture;
    fixture.start();
    tls_socket idle{fixture.port()};
    idle.send(get_echo);
    CHECK(idle.read_answer().status == 200);
    tls_socket running{fixture.port()};
    running.send(get_held);
    REQUIRE(soon([&fixture] { return fixture.held() == 1; }));

    std::thread drainer{[&fixture] { CHECK(fixture.drain(5s)); }};
    CHECK(idle.is_at_clean_end());
    fixture.release();
    const auto answer = running.read_answer();
    CHECK(answer.status == 200);
    CHECK(answer.has("Connection: close\r\n"));
    CHECK(running.is_at_clean_end());
    drainer.join();
}

TEST_CASE("server: a TLS connection opened just before a drain has its first request answered") {
    tls_fixture fixture;
    fixture.start();
    tls_socket opened{fixture.port()};
    tls_socket silent{fixture.port()};
    tls_socket idle{fixture.port()};
    idle.send(get_echo);
    CHECK(idle.read_answer().status == 200);

    std::thread drainer{[&fixture] { CHECK(fixture.drain(5s)); }};
    CHECK(idle.is_at_clean_end());
    opened.send(get_echo);
    const auto answer = opened.read_answer();
    CHECK(answer.status == 200);
    CHECK(answer.has("Connection: close\r\n"));
    CHECK(silent.is_at_clean_end());
    drainer.join();
}

TEST_CASE("server: a renewed certificate is for new connections, and old ones go on") {
    tls_fixture fixture;
    fixture.start();
    tls_socket old{fixture.port()};
    CHECK(old.peer() == "local");
    CHECK(old.chain_length() == 2);
    REQUIRE(fixture.renew(test_certificates::get().identity("renewed")));
    CHECK(tls_socket{fixture.port()}.peer() == "renewed");
    old.send(get_echo);
    CHECK(old.read_answer().status == 200);

    const auto refused = fixture.renew({test_certificates::get().text("local.pem"), "nonsense"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "bad_certificate");
    CHECK(tls_socket{fixture.port()}.peer() == "renewed");
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
        tls_fixture fixture;
        fixture.options.tls = tls_identity{chain, private_key};
        server unlucky{fixture.events, fixture.options, fixture.routes, fixture.metrics};
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
