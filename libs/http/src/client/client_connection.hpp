// One connection of a client, plain or TLS, with one deadline for whatever it does. Loop thread.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include "client/response_reader.hpp"
#include "net/input_buffer.hpp"
#include "vf/base/error.hpp"
#include "vf/http/client.hpp"
#include "vf/http/egress_policy.hpp"
#include "vf/runtime/task.hpp"

namespace vf::http {

class client_connection : public std::enable_shared_from_this<client_connection> {
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit client_connection(boost::asio::io_context& context);

    // When the time has come, whatever runs fails and the connection is closed.
    void set_deadline(time_point timestamp);

    // Tries the addresses in turn. Errors, all transient: connect_failed, out_of_sockets (of ours),
    // tls_failed, timed_out.
    [[nodiscard]] runtime::task<result<void>> connect(
        const url& target, const std::vector<ip_address>& addresses, boost::asio::ssl::context& tls
    );

    // Errors: transient/timed_out, transient/connection_lost, transient/response_invalid.
    [[nodiscard]] runtime::task<result<client_response>> exchange(
        const std::string& bytes, response_limits limits
    );

    // False once the other side has closed, or sent what was not requested.
    [[nodiscard]] bool is_quiet();

    // Whether the last exchange left it fit for another one.
    [[nodiscard]] bool reusable() const { return reusable_; }

    // Whether the last exchange brought any byte.
    [[nodiscard]] bool has_received() const { return received_; }

    [[nodiscard]] bool expired() const { return expired_; }

    void close();

private:
    using tls_stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>;

    [[nodiscard]] runtime::task<result<void>> connect_tcp(ip_address address, std::uint16_t port);
    [[nodiscard]] runtime::task<result<void>> shake_hands(
        std::string host, boost::asio::ssl::context& tls
    );
    [[nodiscard]] runtime::task<bool> write(std::string_view bytes);
    // Nothing when the other side has closed or the connection broke.
    [[nodiscard]] runtime::task<bool> read();
    [[nodiscard]] std::unexpected<error> failed(std::string code, std::string detail) const;
    void arm(time_point timestamp);
    void look_at_time();

    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer timer_;
    std::optional<tls_stream> tls_;
    input_buffer in_;
    std::string address_;
    time_point deadline_{time_point::max()};
    time_point armed_{time_point::max()};
    bool expired_{false};
    bool reusable_{false};
    bool received_{false};
};

}  // namespace vf::http
