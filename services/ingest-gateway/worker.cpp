#include "ingest-gateway/worker.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace vf::ingest_gateway {

namespace {

constexpr vf::duration handler_limit = std::chrono::seconds{15};
constexpr vf::duration maintenance_interval = std::chrono::milliseconds{500};
constexpr vf::duration key_uses_interval = std::chrono::minutes{1};

http::server_options server_options_for(
    const config::address& address, std::string_view name, const worker_dependencies& deps
) {
    http::server_options options;
    options.bodies = deps.bodies;
    options.host = address.host;
    options.port = address.port;
    options.handler_limit = handler_limit;
    options.fault_body = fault_body;
    options.name = name;
    return options;
}

}  // namespace

worker::worker(runtime::loop& events, const worker_dependencies& deps)
    : metrics_{deps.registry},
      tasks_{events.context()},
      stop_{events.context()},
      database_{events, look_up_pool_options(deps.settings), deps.registry},
      authenticator_{
          authenticator_dependencies{store_, *deps.settings.master_key, uses_, deps.seen},
          cache_dependencies{events, tasks_, clock_}, deps.settings.key_outage
      },
      claims_{events, deps.claims, clock_},
      budget_{admission_limits::divided(deps.settings.loops)},
      acceptor_{acceptor_dependencies{
          deps.sink, deps.large_sink, deps.health, budget_, claims_, deps.quotas, metrics_, clock_,
          randomness_
      }},
      routes_{route_dependencies{
          authenticator_, deps.quotas, acceptor_, metrics_, clock_, deps.large_bodies
      }},
      links_{one_click_dependencies{*deps.settings.link_keys, acceptor_, metrics_, clock_}} {
    routes_.add_to(router_);
    links_.add_to(router_);
    auto plain = server_options_for(deps.settings.listen, "public", deps);
    plain.group = deps.public_servers;
    if (const auto& tls = deps.settings.tls) {
        plain.redirect_to_https = tls->public_port;
        auto secure = server_options_for(tls->listen, "tls", deps);
        secure.group = deps.tls_servers;
        secure.tls = http::tls_identity{tls->certificate, tls->key};
        tls_server_.emplace(events, secure, router_, deps.registry);
    }
    server_.emplace(events, plain, router_, deps.registry);
}

runtime::task<result<void>> worker::open() {
    tasks_.spawn("maintain", maintain());
    auto started = server_->start();
    if (started && tls_server_) {
        started = tls_server_->start();
    }
    co_return started;
}

runtime::task<result<void>> worker::renew(http::tls_identity identity) {
    co_return tls_server_->renew(identity);
}

runtime::task<bool> worker::drain(vf::duration limit) {
    const auto deadline = clock_.now() + limit;
    bool answered = co_await server_->drain(limit);
    if (tls_server_) {
        const bool tls_answered = co_await tls_server_->drain(deadline - clock_.now());
        answered = answered && tls_answered;
    }
    stop_.raise();
    const bool ended = co_await tasks_.join(deadline - clock_.now());
    co_await flush_key_uses();
    database_.close();
    co_return answered&& ended;
}

runtime::task<> worker::maintain() {
    auto flushed_at = clock_.now();
    for (;;) {
        const bool stopping = co_await stop_.wait_for(maintenance_interval);
        if (stopping) {
            co_return;
        }
        const auto now = clock_.now();
        stalled_.store(budget_.stalled(now), std::memory_order_relaxed);
        if (now - flushed_at >= key_uses_interval) {
            flushed_at = now;
            co_await flush_key_uses();
        }
    }
}

runtime::task<> worker::flush_key_uses() {
    auto used = uses_.take();
    if (used.empty()) {
        co_return;
    }
    const auto recorded = co_await store_.record_key_uses(std::move(used), clock_.now());
    if (!recorded) {
        // The next hour is recorded all the same.
        log_.info("uses of keys were not recorded", {{"code", recorded.error().code}});
    }
}

}  // namespace vf::ingest_gateway
