#include "client/client_connection.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace vf::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t read_size = 8'192;
// Of a name that has many: each gets its part of the time, which must not become nothing.
constexpr std::size_t addresses_tried_max = 6;
constexpr auto token = asio::as_tuple(asio::use_awaitable);

asio::ip::address to_asio(const ip_address& address) {
    const asio::ip::address_v6 v6{address.bytes};
    if (address.is_v4()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, v6);
    }
    return v6;
}

// Ours to mend: the other side has heard nothing. Without IPv6 none of its addresses is available,
// which is no shortage.
bool is_shortage(const boost::system::error_code& failed, const ip_address& address) {
    using boost::system::errc::errc_t;
    return failed == asio::error::no_descriptors || failed == asio::error::no_memory ||
           failed == asio::error::no_buffer_space ||
           failed == errc_t::too_many_files_open_in_system ||
           (failed == errc_t::address_not_available && address.is_v4());
}

// The certificate must be for this very host, whoever signed it.
bool expect_host(SSL* session, const std::string& host) {
    if (ip_address::parse(host)) {
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str()) == 1;
    }
    SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(session, host.c_str()) == 1 &&
           SSL_set_tlsext_host_name(session, host.c_str()) == 1;
}

}  // namespace

client_connection::client_connection(asio::io_context& context)
    : socket_{context}, timer_{context} {}

void client_connection::set_deadline(time_point timestamp) {
    deadline_ = timestamp;
    // An armed timer that expires early looks at the deadline and goes on: most requests need none.
    if (timestamp < armed_) {
        arm(timestamp);
    }
}

void client_connection::arm(time_point timestamp) {
    armed_ = timestamp;
    timer_.expires_at(timestamp);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
        auto self = weak.lock();
        if (!cancelled && self) {
            self->look_at_time();
        }
    });
}

void client_connection::look_at_time() {
    armed_ = time_point::max();
    if (steady_clock::now() < deadline_) {
        arm(deadline_);
        return;
    }
    expired_ = true;
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void client_connection::close() {
    timer_.cancel();
    armed_ = time_point::max();
    boost::system::error_code ignored;
    socket_.close(ignored);
}

std::unexpected<error> client_connection::failed(std::string code, std::string detail) const {
    if (expired_) {
        return fail(failure::transient, "timed_out", std::move(detail));
    }
    return fail(failure::transient, std::move(code), std::move(detail));
}

runtime::task<result<void>> client_connection::connect(
    const url& target, const std::vector<ip_address>& addresses, asio::ssl::context& tls
) {
    const auto whole = deadline_;
    result<void> done = fail(failure::transient, "connect_failed", "no address");
    const auto count = std::min(addresses.size(), addresses_tried_max);
    for (std::size_t index = 0; index < count && !done; ++index) {
        // An address that does not answer leaves time for those after it.
        const auto now = steady_clock::now();
        const auto share = (whole - now) / static_cast<std::int64_t>(count - index);
        expired_ = false;
        set_deadline(std::max(now, now + share));
        auto tried = co_await connect_tcp(addresses[index], target.port);
        done = std::move(tried);
    }
    if (!done) {
        co_return done;
    }
    set_deadline(whole);
    if (target.tls) {
        auto secured = co_await shake_hands(target.host, tls);
        co_return secured;
    }
    co_return done;
}

runtime::task<result<void>> client_connection::connect_tcp(ip_address address, std::uint16_t port) {
    address_ = address.text();
    const tcp::endpoint end{to_asio(address), port};
    boost::system::error_code ignored;
    socket_.close(ignored);
    auto [refused] = co_await socket_.async_connect(end, token);
    if (refused || expired_) {
        co_return failed(
            is_shortage(refused, address) ? "out_of_sockets" : "connect_failed",
            fmt::format("{} port {}: {}", address_, port, refused.message())
        );
    }
    socket_.set_option(tcp::no_delay{true}, ignored);
    socket_.non_blocking(true, ignored);
    co_return result<void>{};
}

runtime::task<result<void>> client_connection::shake_hands(
    std::string host, asio::ssl::context& tls
) {
    tls_.emplace(socket_, tls);
    SSL* session = tls_->native_handle();
    if (!expect_host(session, host)) {
        co_return failed("tls_failed", "the host name does not fit a certificate");
    }
    auto [refused] = co_await tls_->async_handshake(asio::ssl::stream_base::client, token);
    if (refused || expired_) {
        const auto verdict = SSL_get_verify_result(session);
        const char* why = X509_verify_cert_error_string(verdict);
        auto detail = verdict == X509_V_OK ? refused.message() : std::string{why};
        co_return failed("tls_failed", std::move(detail));
    }
    co_return result<void>{};
}

runtime::task<result<client_response>> client_connection::exchange(
    const std::string& bytes, response_limits limits
) {
    reusable_ = false;
    received_ = false;
    // A write may fail because the other side has answered already and gone: its answer counts.
    bool written = co_await write(bytes);
    response_reader reader{limits};
    auto state = response_reader::state::incomplete;
    while (state == response_reader::state::incomplete) {
        bool got = co_await read();
        if (!got) {
            state = expired_ ? response_reader::state::incomplete : reader.end();
            break;
        }
        received_ = true;
        const auto step = reader.advance(in_.bytes());
        in_.consume(step.taken);
        state = step.state;
    }
    switch (state) {
        case response_reader::state::incomplete:
            co_return failed("connection_lost", received_ ? "amid the answer" : "no answer");
        case response_reader::state::malformed:
            co_return failed("response_invalid", reader.fault());
        case response_reader::state::complete:
            reusable_ = written && reader.keeps_alive() && in_.empty() && socket_.is_open();
            break;
        case response_reader::state::dropped_enough:
            break;
    }
    client_response answer;
    answer.status = reader.status();
    answer.body_cut = reader.body_cut();
    answer.headers = reader.take_headers();
    answer.body = reader.take_body();
    answer.address = address_;
    co_return answer;
}

runtime::task<bool> client_connection::write(std::string_view bytes) {
    if (tls_) {
        const asio::const_buffer buffer{bytes.data(), bytes.size()};
        auto [broken, count] = co_await asio::async_write(*tls_, buffer, token);
        co_return !broken && count == bytes.size();
    }
    // Most requests fit into the socket at once.
    boost::system::error_code broken;
    const auto count = socket_.write_some(asio::const_buffer{bytes.data(), bytes.size()}, broken);
    if (broken && broken != asio::error::would_block && broken != asio::error::try_again) {
        co_return false;
    }
    bytes.remove_prefix(broken ? 0 : count);
    if (!bytes.empty()) {
        const asio::const_buffer rest{bytes.data(), bytes.size()};
        auto [failed_later, more] = co_await asio::async_write(socket_, rest, token);
        co_return !failed_later && more == rest.size();
    }
    co_return true;
}

runtime::task<bool> client_connection::read() {
    const auto room = in_.prepare(read_size);
    const asio::mutable_buffer buffer{room.data(), room.size()};
    if (tls_) {
        auto [ended, count] = co_await tls_->async_read_some(buffer, token);
        in_.commit(count);
        co_return !ended && !expired_;
    }
    auto [ended, count] = co_await socket_.async_read_some(buffer, token);
    in_.commit(count);
    co_return !ended && !expired_;
}

bool client_connection::is_quiet() {
    if (!socket_.is_open() || expired_) {
        return false;
    }
    char byte = 0;
    boost::system::error_code none;
    socket_.receive(asio::mutable_buffer{&byte, 1}, tcp::socket::message_peek, none);
    return none == asio::error::would_block || none == asio::error::try_again;
}

}  // namespace vf::http
