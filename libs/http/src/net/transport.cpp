#include "net/transport.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "vf/runtime/loop.hpp"

namespace vf::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto token = asio::as_tuple(asio::use_awaitable);

}  // namespace

transport::transport(tcp::socket socket, SSL_CTX* tls) : socket_{std::move(socket)} {
    error_code ignored;
    socket_.set_option(tcp::no_delay{true}, ignored);
    socket_.non_blocking(true, ignored);
    if (tls != nullptr) {
        tls_.emplace(tls, socket_);
    }
}

std::string transport::peer() const {
    error_code failed;
    const auto end = socket_.remote_endpoint(failed);
    if (failed) {
        return {};
    }
    const auto address = end.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
}

void transport::shake_hands_now(error_code& failed) {
    tls_->shake_hands(failed);
}

runtime::task<std::tuple<transport::error_code>> transport::ready() {
    const bool for_write = tls_ && tls_->wants_write();
    return socket_.async_wait(for_write ? tcp::socket::wait_write : tcp::socket::wait_read, token);
}

std::size_t transport::read_now(asio::mutable_buffer buffer, error_code& failed) {
    return tls_ ? tls_->read(buffer, failed) : socket_.read_some(buffer, failed);
}

std::size_t transport::write_now(asio::const_buffer buffer, error_code& failed) {
    return tls_ ? tls_->write(buffer, failed) : socket_.write_some(buffer, failed);
}

runtime::task<transport::outcome> transport::read(asio::mutable_buffer buffer) {
    if (tls_) {
        return read_tls(buffer);
    }
    return socket_.async_read_some(buffer, token);
}

runtime::task<transport::outcome> transport::write(asio::const_buffer buffer) {
    if (tls_) {
        return write_tls(buffer);
    }
    return asio::async_write(socket_, buffer, token);
}

runtime::task<transport::outcome> transport::read_tls(asio::mutable_buffer buffer) {
    error_code failed;
    std::size_t count = read_now(buffer, failed);
    if (failed != asio::error::would_block) {
        // Nothing would ever wait while the other side sends fast enough: the loop has others.
        co_await runtime::yield();
    }
    while (failed == asio::error::would_block) {
        auto [cancelled] = co_await ready();
        if (cancelled) {
            failed = cancelled;
        } else {
            count = read_now(buffer, failed);
        }
    }
    co_return outcome{failed, count};
}

runtime::task<transport::outcome> transport::write_tls(asio::const_buffer buffer) {
    error_code failed;
    std::size_t done = 0;
    while (!failed && done < buffer.size()) {
        done += write_now(buffer + done, failed);
        if (failed == asio::error::would_block) {
            auto [cancelled] = co_await ready();
            failed = cancelled;
        }
    }
    co_return outcome{failed, done};
}

void transport::cancel() {
    error_code ignored;
    socket_.cancel(ignored);
}

void transport::end_sending() {
    if (tls_) {
        tls_->say_goodbye();
    }
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void transport::close() {
    if (tls_) {
        tls_->say_goodbye();
    }
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
}

}  // namespace vf::http
