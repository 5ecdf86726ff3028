// The state of a server, shared with its connections. Loop thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tls/tls_context.hpp"
#include "vf/http/router.hpp"
#include "vf/http/server.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::http {

class server_connection;

struct server_metrics {
    server_metrics(telemetry::registry& registry, const std::string& listener);

    void count_answer(unsigned status) const;
    void count_fault(std::string_view code) const;

    telemetry::gauge connections;
    telemetry::histogram seconds;

private:
    std::vector<telemetry::counter> answers_;  // by the first digit of the status
    std::map<std::string, telemetry::counter, std::less<>> faults_;
};

struct server_state : std::enable_shared_from_this<server_state> {
    server_state(
        runtime::loop& events, const server_options& server_options, const router& router,
        telemetry::registry& registry
    );

    // A connection that is counted in `connections` already.
    void admit(boost::asio::ip::tcp::socket socket);
    // Admits what the kernel has accepted already, so that no such connection is reset.
    void admit_waiting();
    void close_all();
    [[nodiscard]] std::string fault_text(
        unsigned status, std::string_view code, std::string_view message
    ) const;

    server_options options;
    const router& routes;
    tls_context tls;  // null on a plain listener
    server_metrics metrics;
    telemetry::logger log{"http"};
    boost::asio::ip::tcp::acceptor acceptor;
    boost::asio::steady_timer sweep_timer;
    runtime::task_group tasks;
    runtime::task_group exchanges;  // one task per connection
    std::vector<server_connection*> live;
    // Those that are live and those on their way here from another server of the group. Any thread.
    std::atomic<std::size_t> connections{0};
    bool draining{false};
    bool ended{false};
};

}  // namespace vf::http
