#include "client/connection_pool.hpp"

#include <utility>

#include "vf/base/assert.hpp"

namespace vf::http {

connection_pool::connection_pool(const client_options& options, telemetry::gauge idle)
    : idle_max_{options.idle_connections_max}, idle_limit_{options.idle_limit}, idle_count_{idle} {}

connection_pool::host& connection_pool::join(const std::string& key) {
    const auto [slot, added] = hosts_.try_emplace(key);
    auto& joined = slot->second;
    if (added) {
        joined.key = key;
    }
    ++joined.users;
    return joined;
}

void connection_pool::leave(host& left) {
    VF_ASSERT(left.users > 0);
    --left.users;
    forget_unused(left);
}

void connection_pool::forget_unused(host& host) {
    if (host.users == 0 && host.idle.empty()) {
        hosts_.erase(hosts_.find(host.key));
    }
}

std::shared_ptr<client_connection> connection_pool::take(host& host) {
    while (!host.idle.empty()) {
        const auto last = host.idle.back();
        host.idle.pop_back();
        auto connection = std::move(last->connection);
        idle_.erase(last);
        idle_count_.add(-1);
        if (connection->is_quiet()) {
            return connection;
        }
        connection->close();
    }
    return nullptr;
}

void connection_pool::put(host& host, std::shared_ptr<client_connection> idle) {
    idle->set_deadline(std::chrono::steady_clock::now() + idle_limit_);
    idle_.push_back(entry{&host, std::move(idle)});
    host.idle.push_back(std::prev(idle_.end()));
    idle_count_.add(1);
    // The oldest run out of time first; what has is closed already.
    while (!idle_.empty() && (idle_.size() > idle_max_ || idle_.front().connection->expired())) {
        drop_oldest();
    }
}

void connection_pool::close_all() {
    while (!idle_.empty()) {
        drop_oldest();
    }
}

void connection_pool::drop_oldest() {
    auto& oldest = idle_.front();
    auto& host = *oldest.of;
    // What is the oldest of all is the oldest of its host.
    VF_ASSERT(host.idle.front() == idle_.begin());
    oldest.connection->close();
    host.idle.pop_front();
    idle_.pop_front();
    idle_count_.add(-1);
    forget_unused(host);
}

}  // namespace vf::http
