// A client whose requests run to their end one call at a time, and servers of loopback that do as
// the test tells them, each on its own thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "raw_socket.hpp"
#include "vf/http/client.hpp"
#include "vf/runtime/task_group.hpp"

namespace vf::http::tests {

// Gives each accepted connection to `script` with its number, from 0, one after the other.
class scripted_server {
public:
    using script = std::function<void(raw_socket&, int)>;

    explicit scripted_server(script play);
    ~scripted_server();
    scripted_server(const scripted_server&) = delete;
    scripted_server& operator=(const scripted_server&) = delete;

    [[nodiscard]] std::string url(const std::string& path = "/") const;

    [[nodiscard]] std::uint16_t port() const { return listener_.port(); }

    [[nodiscard]] int connections() const { return connections_; }

private:
    raw_listener listener_;
    std::atomic<int> connections_{0};
    std::thread thread_;
};

class client_fixture {
public:
    explicit client_fixture(client_options options = to_loopback());

    [[nodiscard]] static client_options to_loopback();

    result<client_response> send(client_request request);
    // All at once; answers in the order of the requests.
    std::vector<result<client_response>> send_all(std::vector<client_request> all);
    result<client_response> get(const std::string& url);

    runtime::loop events;
    telemetry::registry metrics;
    std::optional<client> http;

private:
    runtime::task<> keep(client_request request, std::optional<result<client_response>>& response);

    runtime::task_group tasks_{events.context()};
    std::size_t running_{0};
};

}  // namespace vf::http::tests
