// One connection of a server: reads a request, has it answered, and so on until one side is done.
// Loop thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

#include "net/input_buffer.hpp"
#include "net/serialise.hpp"
#include "net/transport.hpp"
#include "server/body_sink.hpp"
#include "server/head_scan.hpp"
#include "server/request_head.hpp"
#include "server/server_state.hpp"
#include "vf/http/message.hpp"
#include "vf/http/router.hpp"
#include "vf/runtime/task.hpp"

namespace vf::http {

class server_connection {
public:
    using time_point = std::chrono::steady_clock::time_point;

    server_connection(
        std::shared_ptr<server_state> server_state, boost::asio::ip::tcp::socket socket
    );
    ~server_connection();
    server_connection(const server_connection&) = delete;
    server_connection& operator=(const server_connection&) = delete;

    // With `overloaded` the first request is answered 503 whatever it is.
    static runtime::task<> serve(std::shared_ptr<server_connection> self, bool overloaded);

    // Called from time to time: ends what has run out of time.
    void check_time(time_point now);
    // Wakes a connection that waits for its next request or drops one, and hurries one that waits
    // for its first.
    void see_drain();
    void close();

private:
    // `opening` is a TLS handshake and the wait for the first request after it.
    // In `dropping` what is left of a request that has been answered is read and dropped.
    enum class phase {
        opening,
        idle,
        head,
        body,
        handling,
        writing,
        dropping,
        lingering,
        abandoned
    };
    enum class read_outcome { got, ended, expired };

    struct fault {
        unsigned status;
        std::string_view code;
        std::string message;
    };

    // Of a handler, or of what judges a head: nothing when it threw.
    template <class Value, class Start>
    [[nodiscard]] runtime::task<std::optional<Value>> run(const route& route, Start start);

    void enter(phase next, vf::duration limit);

    [[nodiscard]] runtime::task<bool> shake_hands();
    [[nodiscard]] runtime::task<bool> exchange();
    [[nodiscard]] runtime::task<bool> read_head();
    [[nodiscard]] runtime::task<bool> answer_request(request_head head);
    [[nodiscard]] runtime::task<bool> redirect(request_head head, framing frame);
    [[nodiscard]] runtime::task<bool> answer_unmatched(request unmatched, router::match found);
    [[nodiscard]] runtime::task<bool> answer_route(
        const route& route, request request, framing frame
    );
    [[nodiscard]] runtime::task<bool> answer_unread(response answer, framing frame);
    // Whether the whole body has come already, with its head: then it is taken.
    [[nodiscard]] bool take_body(
        const framing& frame, std::size_t limit, request& request, body_lease& lease
    );
    [[nodiscard]] runtime::task<bool> read_body(
        framing frame, std::size_t limit, request& request, body_lease& lease
    );
    [[nodiscard]] runtime::task<read_outcome> read_all(
        framing frame, std::size_t limit, body_sink& to
    );
    [[nodiscard]] bool take_buffered(std::size_t& left, body_sink& to);
    [[nodiscard]] runtime::task<read_outcome> read_sized(std::uint64_t length, body_sink& to);
    [[nodiscard]] runtime::task<read_outcome> read_chunks(std::size_t limit, body_sink& to);
    [[nodiscard]] runtime::task<bool> send_continue();
    [[nodiscard]] runtime::task<bool> drop_body(std::uint64_t length);
    // False, and `body_fault_` is set, when the body ends here.
    [[nodiscard]] bool takes(body_sink::state state);
    [[nodiscard]] runtime::task<bool> answer_whole(
        const route& route, handler handler, request request, body_lease lease
    );
    [[nodiscard]] runtime::task<read_outcome> read_more();
    [[nodiscard]] runtime::task<bool> reply(response answer);
    [[nodiscard]] runtime::task<bool> write_rest(std::string_view rest);
    [[nodiscard]] runtime::task<> linger();

    [[nodiscard]] response fault_response(const fault& found);
    [[nodiscard]] response failed_handler();
    // Answers and ends the connection.
    [[nodiscard]] runtime::task<bool> refuse(fault found);
    void abandon_handler();
    // What goes out at once; false when the connection is broken.
    [[nodiscard]] bool write_now(std::string_view& rest);
    [[nodiscard]] bool read_now();

    std::shared_ptr<server_state> server_;
    transport transport_;
    input_buffer in_;
    std::string out_;
    std::string peer_;
    phase phase_{phase::idle};
    time_point deadline_{time_point::max()};
    time_point began_;
    response_options options_;
    std::optional<fault> body_fault_;
    std::size_t head_length_{0};
    bool expired_{false};
    bool first_{true};
    bool overloaded_{false};
    bool input_left_{false};  // the other side may still be sending: close gently
};

}  // namespace vf::http
