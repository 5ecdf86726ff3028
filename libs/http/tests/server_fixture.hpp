// A server on its own thread, with routes that show what arrived. The test speaks to it through raw
// sockets and ends it with `drain`.
#pragma once

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/post.hpp>

#include "raw_socket.hpp"
#include "vf/http/server.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task_group.hpp"

namespace vf::http::tests {

inline constexpr std::size_t small_body_limit = 1'000;

class server_fixture {
public:
    server_fixture();
    ~server_fixture();
    server_fixture(const server_fixture&) = delete;
    server_fixture& operator=(const server_fixture&) = delete;

    // After `options` and `routes` are as the test needs them.
    void start();
    [[nodiscard]] raw_socket connect() const;
    // Sends on a fresh connection and reads one answer.
    [[nodiscard]] raw_answer ask(std::string_view bytes) const;
    // What `server::drain` says; the loop has ended afterwards.
    bool drain(vf::duration limit);
    // What `server::renew` says.
    [[nodiscard]] result<void> renew(tls_identity identity);
    // Lets the handlers of /held go on.
    void release();

    [[nodiscard]] int held() const { return held_; }

    [[nodiscard]] std::uint16_t port() const { return port_; }

    server_options options;
    router routes;
    telemetry::registry metrics;
    runtime::loop events;
    runtime::signal released{events.context()};

private:
    runtime::task<response> hold(request request);
    runtime::task<> drain_and_report(vf::duration limit);

    runtime::task_group tasks_{events.context()};
    std::optional<server> server_;
    std::thread thread_;
    std::uint16_t port_{0};
    std::atomic<int> held_{0};
    std::promise<bool> drained_;
};

// Waits, by looking, for what another thread is about to do.
template <class Claim>
bool soon(Claim claim) {
    const auto last = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!claim()) {
        if (std::chrono::steady_clock::now() > last) {
            return false;
        }
        std::this_thread::yield();
    }
    return true;
}

}  // namespace vf::http::tests
