#include <chrono>
#include <string>
#include <thread>

#include <catch2/catch_test_macros.hpp>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include "client_fixture.hpp"
#include "test_certificates.hpp"

namespace vf::http {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::ip::tcp;
using tests::client_fixture;
using tests::test_certificates;

namespace {

// Answers `count` connections, each as long as it asks.
class tls_server {
public:
    tls_server(const std::string& certificate, asio::ssl::context::options more = 0) {
        const auto& files = test_certificates::get();
        context_.use_certificate_file(files.path(certificate + ".pem"), asio::ssl::context::pem);
        context_.use_private_key_file(files.path(certificate + ".key"), asio::ssl::context::pem);
        context_.set_options(more);
        thread_ = std::thread{[this] { serve(); }};
    }

    ~tls_server() {
        ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
        thread_.join();
    }

    [[nodiscard]] std::string url(const std::string& host) {
        return fmt::format("https://{}:{}/", host, port_);
    }

private:
    void serve() {
        while (true) {
            boost::system::error_code failed;
            asio::ssl::stream<tcp::socket> stream{io_, context_};
            acceptor_.accept(stream.next_layer(), failed);
            if (failed) {
                return;
            }
            stream.handshake(asio::ssl::stream_base::server, failed);
            std::string got;
            while (!failed) {
                const auto size =
                    asio::read_until(stream, asio::dynamic_buffer(got), "\r\n\r\n", failed);
                got.erase(0, size);
                SSL* session = stream.native_handle();
                const char* name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
                const std::string body = name == nullptr ? "none" : name;
                const auto answer = fmt::format(
                    "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body
                );
                if (!failed) {
                    asio::write(stream, asio::buffer(answer), failed);
                }
            }
        }
    }

    asio::io_context io_;
    asio::ssl::context context_{asio::ssl::context::tls_server};
    tcp::acceptor acceptor_{io_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
    std::uint16_t port_{acceptor_.local_endpoint().port()};
    std::thread thread_;
};

client_options trusting() {
    auto options = client_fixture::to_loopback();
    options.extra_ca_file = test_certificates::get().path("ca.pem");
    return options;
}

std::string outcome(const result<client_response>& answer) {
    return answer ? answer->body : answer.error().code;
}

}  // namespace

TEST_CASE("client: TLS is verified, names itself to the server and is reused") {
    tls_server server{"local"};
    client_fixture fixture{trusting()};
    CHECK(outcome(fixture.get(server.url("localhost"))) == "localhost");
    const auto again = fixture.get(server.url("localhost"));
    CHECK(outcome(again) == "localhost");
    CHECK(again->connection_reused);
    fixture.http->close_idle();
}

TEST_CASE("client: a certificate of an address is verified without a server name") {
    tls_server server{"local"};
    client_fixture fixture{trusting()};
    CHECK(outcome(fixture.get(server.url("127.0.0.1"))) == "none");
    fixture.http->close_idle();
}

TEST_CASE("client: a certificate of another host is refused") {
    tls_server server{"other"};
    client_fixture fixture{trusting()};
    const auto answer = fixture.get(server.url("localhost"));
    CHECK(outcome(answer) == "tls_failed");
    CHECK(answer.error().detail.find("ostname mismatch") != std::string::npos);
    CHECK(answer.error().kind == failure::transient);
}

TEST_CASE("client: a certificate of an authority nobody trusts is refused") {
    tls_server server{"local"};
    client_fixture fixture;
    CHECK(outcome(fixture.get(server.url("localhost"))) == "tls_failed");
}

TEST_CASE("client: TLS before 1.2 is refused") {
    tls_server server{"local", asio::ssl::context::no_tlsv1_2 | asio::ssl::context::no_tlsv1_3};
    client_fixture fixture{trusting()};
    CHECK(outcome(fixture.get(server.url("localhost"))) == "tls_failed");
}

TEST_CASE("client: authorities that cannot be read fail every TLS request") {
    auto options = client_fixture::to_loopback();
    options.extra_ca_file = "/nowhere/ca.pem";
    client_fixture fixture{options};
    CHECK(outcome(fixture.get("https://localhost:1/")) == "tls_unavailable");
}

TEST_CASE("client: a server that speaks no TLS is refused, and one that hangs times out") {
    tests::scripted_server plain{[](tests::raw_socket& socket, int) {
        static_cast<void>(socket.receive());
        socket.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    }};
    client_fixture fixture{trusting()};
    CHECK(outcome(fixture.get(fmt::format("https://localhost:{}/", plain.port()))) == "tls_failed");

    tests::scripted_server hanging{[](tests::raw_socket& socket, int) {
        while (socket.receive()) {
        }
    }};
    client_request request;
    request.method = "GET";
    request.url = fmt::format("https://localhost:{}/", hanging.port());
    request.limit = 60ms;
    const auto answer = fixture.send(std::move(request));
    CHECK(outcome(answer) == "timed_out");
}

}  // namespace vf::http
