#include "ingest-gateway/shard.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace vf::ingest_gateway {

namespace {

// A look-up that takes longer is of no use to the request that waits for it.
constexpr vf::duration look_up_limit = std::chrono::seconds{2};
constexpr vf::duration handler_limit = std::chrono::seconds{15};
constexpr vf::duration look_after_interval = std::chrono::milliseconds{500};
constexpr vf::duration key_uses_interval = std::chrono::minutes{1};

postgres::pool_options database_options(const settings& from) {
    postgres::pool_options options;
    options.url = from.database_url;
    options.application_name = "ingest-gateway";
    options.connections = std::max<std::size_t>(from.database_connections / from.loops, 1);
    options.statement_timeout = look_up_limit;
    options.connect_timeout = look_up_limit;
    options.wait_limit = look_up_limit;
    return options;
}

// Statements go one at a time; a second connection, so that one that hangs is not the end of it.
constexpr std::size_t claim_connections = 2;

postgres::pool_options claims_options(const settings& from) {
    auto options = database_options(from);
    options.connections = claim_connections;
    options.autocommit = true;
    options.session_settings = claim_settings_of_session;
    return options;
}

http::server_options listening(const config::address& at, std::string_view name) {
    http::server_options options;
    options.host = at.host;
    options.port = at.port;
    options.handler_limit = handler_limit;
    options.fault_body = fault_body;
    options.name = name;
    return options;
}

}  // namespace

shard::shard(runtime::loop& events, const shard_parts& parts)
    : metrics_{parts.registry},
      tasks_{events.context()},
      ending_{events.context()},
      database_{events, database_options(parts.from), parts.registry},
      claims_database_{events, claims_options(parts.from), parts.registry},
      authenticate_{store_, *parts.from.master_key, known_parts{events, tasks_, clock_}, uses_},
      claims_{claim_parts{events, tasks_, store_, clock_}, {}},
      budget_{admission_limits::divided(parts.from.loops)},
      accept_{
          accept_parts{parts.sink, budget_, claims_, parts.shared, metrics_, clock_, randomness_}
      },
      routes_{route_parts{authenticate_, parts.shared, accept_, metrics_, clock_}} {
    routes_.add_to(table_);
    auto plain = listening(parts.from.listen, "public");
    if (const auto& tls = parts.from.tls) {
        plain.redirect_to_https = tls->public_port;
        auto secure = listening(tls->listen, "tls");
        secure.tls = http::tls_identity{tls->certificate, tls->key};
        tls_server_.emplace(events, secure, table_, parts.registry);
    }
    server_.emplace(events, plain, table_, parts.registry);
}

runtime::task<result<void>> shard::open() {
    tasks_.spawn("look_after", look_after());
    auto started = server_->start();
    if (started && tls_server_) {
        started = tls_server_->start();
    }
    co_return started;
}

runtime::task<result<void>> shard::renew(http::tls_identity with) {
    co_return tls_server_->renew(with);
}

runtime::task<bool> shard::drain(vf::duration limit) {
    const auto last = clock_.now() + limit;
    bool answered = co_await server_->drain(limit);
    if (tls_server_) {
        const bool securely = co_await tls_server_->drain(last - clock_.now());
        answered = answered && securely;
    }
    ending_.raise();
    const bool ended = co_await tasks_.join(last - clock_.now());
    co_await tell_key_uses();
    database_.close();
    claims_database_.close();
    co_return answered&& ended;
}

runtime::task<> shard::look_after() {
    auto told = clock_.now();
    for (;;) {
        const bool over = co_await ending_.wait_for(look_after_interval);
        if (over) {
            co_return;
        }
        const auto now = clock_.now();
        stalled_.store(budget_.stalled(now), std::memory_order_relaxed);
        if (now - told >= key_uses_interval) {
            told = now;
            co_await tell_key_uses();
        }
    }
}

runtime::task<> shard::tell_key_uses() {
    auto used = uses_.take();
    if (used.empty()) {
        co_return;
    }
    const auto told = co_await store_.note_key_uses(std::move(used), clock_.now());
    if (!told) {
        // The next hour tells again.
        log_.info("uses of keys not told", {{"code", told.error().code}});
    }
}

}  // namespace vf::ingest_gateway
