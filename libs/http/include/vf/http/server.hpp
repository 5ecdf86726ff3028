// An HTTP/1.1 server that refuses ambiguous framing before any handler sees it: one connection, one
// coroutine, one loop. SO_REUSEPORT, so several processes may share a port.
//
// What it answers itself goes through `fault_body`, so every error has the envelope of the API:
// 400 bad_request (framing, gzip that is none; the connection closes), 404 not_found,
// 405 method_not_allowed, 408 request_timeout (slow header or body), 413 payload_too_large (from
// Content-Length before the body is read), 415 unsupported_media_type (a content coding other than
// gzip), 431 headers_too_large, 503 overloaded (too many connections), 503 body_budget_exhausted,
// 503 handler_timeout, 500 server_error, 308 https_required (see `redirect_to_https`). A connection
// that is idle for too long is closed without an answer, and so is one whose TLS handshake fails.
//
// A route may judge the head first (`route::on_head`). Who is refused there is answered at once; of
// his body as much is read and dropped as keeps the connection, or the connection closes. 100
// Continue is sent to the others only. A body in gzip is decoded as it comes, and its handler sees
// neither the coding nor its header.
//
// All time limits are kept by one timer of the server that looks at every connection from time to
// time, an eighth of the shortest limit and at most half a second apart: a limit is exceeded by
// that much at most, and a request costs no timer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/http/body_budget.hpp"
#include "vf/http/router.hpp"
#include "vf/http/server_group.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/task.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::http {

// What a TLS listener proves itself with, both as PEM text.
struct tls_identity {
    std::string certificate_chain;  // the listener's own certificate first
    std::string private_key;        // without a passphrase
};

struct server_options {
    std::string host;
    std::uint16_t port{0};  // 0: any free port, see `port()`
    std::size_t connections_max{10'000};
    std::size_t header_bytes_max{16U << 10U};
    std::size_t header_count_max{100};
    vf::duration header_limit{std::chrono::seconds{10}};  // of a TLS handshake too
    vf::duration body_limit{std::chrono::seconds{30}};
    vf::duration idle_limit{std::chrono::seconds{75}};
    // A handler that takes longer is answered 503 and the connection closes. The handler itself
    // goes on to its end: its effects may still happen.
    vf::duration handler_limit{std::chrono::seconds{30}};
    // JSON of the API's error envelope for a fault the server found itself.
    std::function<std::string(unsigned status, std::string_view code, std::string_view message)>
        fault_body;
    std::string name{"public"};  // the label "listener" of its metrics
    // What bodies count against from their head to the end of their handler; null: nothing.
    std::shared_ptr<body_budget> bodies{};
    // Shares its connections with the others of the group; null: it keeps what it accepts.
    std::shared_ptr<server_group> group{};
    // Speaks TLS 1.2 and 1.3 and nothing else.
    std::optional<tls_identity> tls;
    // No route is looked at: every sound request is answered 308 to the same target at this port of
    // the host it named, and its body is not read. A Host that names no host is answered 400.
    std::optional<std::uint16_t> redirect_to_https;
};

class server {
public:
    server(
        runtime::loop& events, const server_options& options, const router& routes,
        telemetry::registry& metrics
    );
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    // Errors: permanent/cannot_listen, permanent/bad_certificate.
    [[nodiscard]] result<void> start();
    [[nodiscard]] std::uint16_t port() const;

    // For the connections accepted from now on; only for a server created with `tls`. Errors:
    // permanent/bad_certificate, and then everything stays as it is. Loop thread.
    [[nodiscard]] result<void> renew(const tls_identity& identity);

    // Stops accepting, closes idle connections, answers what runs with Connection: close, and
    // waits. False when `limit` passed first; what is left has then been closed. Once.
    [[nodiscard]] runtime::task<bool> drain(vf::duration limit);

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace vf::http
