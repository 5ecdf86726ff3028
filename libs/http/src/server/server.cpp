#include "vf/http/server.hpp"

#include <algorithm>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/server_connection.hpp"
#include "server/server_state.hpp"
#include "vf/base/assert.hpp"

namespace vf::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr auto token = asio::as_tuple(asio::use_awaitable);
constexpr vf::duration accept_pause = std::chrono::milliseconds{100};
constexpr vf::duration end_limit = std::chrono::seconds{5};

vf::duration sweep_interval(const server_options& options) {
    const auto shortest = std::min(
        {options.header_limit, options.body_limit, options.idle_limit, options.handler_limit}
    );
    return std::clamp<vf::duration>(
        shortest / 8, std::chrono::milliseconds{5}, std::chrono::milliseconds{500}
    );
}

// A socket belongs to the loop it was made for: another is made of its descriptor there. Counted at
// once, or a burst of connections would all go to whoever had fewest before it.
void hand_over(const std::shared_ptr<server_state>& server, tcp::socket accepted) {
    boost::system::error_code failed;
    const auto protocol = accepted.local_endpoint(failed).protocol();
    tcp::socket socket{server->acceptor.get_executor()};
    if (!failed) {
        const auto descriptor = accepted.release(failed);
        if (!failed && socket.assign(protocol, descriptor, failed)) {
            ::close(descriptor);
        }
    }
    if (failed) {
        return;  // reset by its peer: nobody waits for an answer
    }
    ++server->connections;
    asio::post(server->acceptor.get_executor(), [server, socket = std::move(socket)]() mutable {
        server->admit(std::move(socket));
    });
}

runtime::task<> accept_all(std::shared_ptr<server_state> state) {
    const auto& group = state->options.group;
    while (!state->draining) {
        auto [failed, socket] = co_await state->acceptor.async_accept(token);
        const auto next = group == nullptr || failed ? state : group->fewest_connections();
        if (!failed && next != nullptr && next != state) {
            hand_over(next, std::move(socket));
        } else if (!failed) {
            ++state->connections;
            state->admit(std::move(socket));
        } else if (failed != asio::error::operation_aborted && !state->draining) {
            state->log.warning("cannot accept", {{"detail", failed.message()}});
            co_await runtime::sleep(accept_pause);
        }
    }
}

runtime::task<> sweep(std::shared_ptr<server_state> state, vf::duration interval) {
    while (!state->ended) {
        state->sweep_timer.expires_after(interval);
        co_await state->sweep_timer.async_wait(token);
        const auto now = std::chrono::steady_clock::now();
        for (auto* each : state->live) {
            each->check_time(now);
        }
    }
}

void leave_group(const server_state& state) {
    if (state.options.group != nullptr) {
        state.options.group->leave(state);
    }
}

boost::system::error_code listen(tcp::acceptor& acceptor, const tcp::endpoint& endpoint) {
    boost::system::error_code failed;
    acceptor.open(endpoint.protocol(), failed);
    if (!failed) {
        acceptor.set_option(tcp::acceptor::reuse_address{true}, failed);
    }
    if (!failed) {
        acceptor.set_option(reuse_port{true}, failed);
    }
    if (!failed) {
        acceptor.bind(endpoint, failed);
    }
    if (!failed) {
        acceptor.listen(asio::socket_base::max_listen_connections, failed);
    }
    return failed;
}

}  // namespace

struct server::state {
    std::shared_ptr<server_state> core;
};

server::server(
    runtime::loop& events, const server_options& options, const router& routes,
    telemetry::registry& metrics
)
    : state_{
          std::make_shared<state>(std::make_shared<server_state>(events, options, routes, metrics))
      } {}

server::~server() {
    auto& core = *state_->core;
    core.draining = true;
    core.ended = true;
    leave_group(core);
    boost::system::error_code ignored;
    core.acceptor.close(ignored);
    core.sweep_timer.cancel();
    core.close_all();
}

result<void> server::start() {
    auto& core = *state_->core;
    const auto& options = core.options;
    if (options.tls) {
        auto renewed = renew(*options.tls);
        if (!renewed) {
            return renewed;
        }
    }
    boost::system::error_code failed;
    const std::string host = options.host == "localhost" ? "127.0.0.1" : options.host;
    const auto address = asio::ip::make_address(host, failed);
    if (!failed) {
        failed = listen(core.acceptor, tcp::endpoint{address, options.port});
    }
    if (failed) {
        auto detail = fmt::format("{}:{}: {}", host, options.port, failed.message());
        return fail(failure::permanent, "cannot_listen", std::move(detail));
    }
    if (options.group != nullptr) {
        options.group->join(state_->core);
    }
    core.tasks.spawn("accept", accept_all(state_->core));
    core.tasks.spawn("sweep", sweep(state_->core, sweep_interval(options)));
    return {};
}

std::uint16_t server::port() const {
    boost::system::error_code failed;
    const auto local = state_->core->acceptor.local_endpoint(failed);
    return failed ? std::uint16_t{0} : local.port();
}

result<void> server::renew(const tls_identity& identity) {
    auto& core = *state_->core;
    VF_ASSERT(core.options.tls.has_value());
    auto tls_context = make_tls_context(identity);
    if (!tls_context) {
        return forward(tls_context);
    }
    core.tls = std::move(*tls_context);
    return {};
}

runtime::task<bool> server::drain(vf::duration limit) {
    auto core = state_->core;
    core->draining = true;
    leave_group(*core);
    core->admit_waiting();
    boost::system::error_code ignored;
    core->acceptor.close(ignored);
    for (auto* each : core->live) {
        each->see_drain();
    }
    bool in_time = co_await core->exchanges.join(limit);
    if (!in_time) {
        core->log.warning(
            "connections closed at the end of a drain", {{"count", core->live.size()}}
        );
        core->close_all();
    }
    core->ended = true;
    core->sweep_timer.cancel();
    co_await core->tasks.join(end_limit);
    co_return in_time;
}

}  // namespace vf::http
