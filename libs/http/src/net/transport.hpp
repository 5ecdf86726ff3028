// The bytes of one server connection, over a plain socket or TLS. Both look the same but for the
// handshake; what is plain costs no more than the socket itself. Loop thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <tuple>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include "tls/tls_session.hpp"
#include "vf/runtime/task.hpp"

namespace vf::http {

class transport {
public:
    using error_code = boost::system::error_code;
    using outcome = std::tuple<error_code, std::size_t>;

    // Plain when `tls` is null.
    transport(boost::asio::ip::tcp::socket socket, SSL_CTX* tls);
    transport(const transport&) = delete;
    transport& operator=(const transport&) = delete;

    [[nodiscard]] bool is_tls() const { return tls_.has_value(); }

    // The address of the other side.
    [[nodiscard]] std::string peer() const;

    // One step: would_block means to wait until `ready` and call again. TLS only.
    void shake_hands_now(error_code& failed);
    [[nodiscard]] runtime::task<std::tuple<error_code>> ready();

    // What there is, or what fits, without waiting.
    [[nodiscard]] std::size_t read_now(boost::asio::mutable_buffer buffer, error_code& failed);
    [[nodiscard]] std::size_t write_now(boost::asio::const_buffer buffer, error_code& failed);
    // At least one byte, and all of them.
    [[nodiscard]] runtime::task<outcome> read(boost::asio::mutable_buffer buffer);
    [[nodiscard]] runtime::task<outcome> write(boost::asio::const_buffer buffer);

    // Whoever waits gets operation_aborted.
    void cancel();
    void end_sending();
    // Without waiting for the other side's goodbye.
    void close();

private:
    [[nodiscard]] runtime::task<outcome> read_tls(boost::asio::mutable_buffer buffer);
    [[nodiscard]] runtime::task<outcome> write_tls(boost::asio::const_buffer buffer);

    boost::asio::ip::tcp::socket socket_;
    std::optional<tls_session> tls_;
};

}  // namespace vf::http
