// An HTTP/1.1 client for customers' endpoints and for our own console: connections are reused, TLS
// is verified, redirects are not followed, and one deadline covers everything from the name look-up
// to the last body byte. Nothing waits for its turn here: whoever sends bounds how much. Loop
// thread. Search domains apply for an open policy only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/http/egress_policy.hpp"
#include "vf/http/message.hpp"
#include "vf/http/name_options.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/task.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::http {

struct client_options {
    egress_policy policy;
    name_options names;
    std::size_t idle_connections_max{1'024};
    vf::duration idle_limit{std::chrono::seconds{20}};
    std::size_t header_bytes_max{16U << 10U};
    // Extra CA certificates in PEM, beside the system's; empty for none.
    std::string extra_ca_file;
};

struct client_request {
    std::string method;
    std::string url;  // http or https, no user info
    http::headers headers;
    std::string body;
    vf::duration limit{std::chrono::seconds{10}};
    // More of the answer's body is read and dropped, up to 1 MiB; then the connection is closed.
    std::size_t body_kept{4U << 10U};
};

struct client_response {
    unsigned status{0};
    http::headers headers;
    std::string body;
    bool body_cut{false};
    std::string address;  // the address that was spoken to
    bool connection_reused{false};
    vf::duration took{};
};

class client {
public:
    client(runtime::loop& events, const client_options& options, telemetry::registry& metrics);
    ~client();
    client(const client&) = delete;
    client& operator=(const client&) = delete;

    // Errors, by code: data/url_invalid, data/egress_refused (a forbidden address or scheme),
    // transient/name_not_resolved, transient/connect_failed, transient/tls_failed,
    // transient/timed_out, transient/connection_lost, transient/response_invalid. Not the other
    // side's fault, all transient: resolver_unavailable (no name at all resolves), lookups_busy,
    // out_of_sockets, tls_unavailable. A reused connection found closed before the first byte of
    // the answer is tried once more on a fresh one.
    [[nodiscard]] runtime::task<result<client_response>> send(client_request request);

    // Closes idle connections; requests that run keep theirs. An idle connection keeps the loop
    // running until its `idle_limit` is over: a tool calls this when it is done.
    void close_idle();

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace vf::http
