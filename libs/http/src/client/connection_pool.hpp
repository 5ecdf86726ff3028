// The idle connections of a client, by host. Loop thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "client/client_connection.hpp"
#include "vf/base/clock.hpp"
#include "vf/http/client.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::http {

class connection_pool {
public:
    connection_pool(const client_options& options, telemetry::gauge idle);

    struct host;

    struct entry {
        host* of;
        std::shared_ptr<client_connection> connection;
    };

    struct host {
        std::string key;
        std::deque<std::list<entry>::iterator> idle;  // the oldest first
        std::size_t users{0};
    };

    // `key` is scheme, host and port: "https://host:443". Every `join` is followed by one `leave`;
    // the reference is good in between.
    [[nodiscard]] host& join(const std::string& key);
    void leave(host& left);

    // The connection that became idle last; null when there is none.
    [[nodiscard]] std::shared_ptr<client_connection> take(host& from);
    void put(host& into, std::shared_ptr<client_connection> idle);
    void close_all();

private:
    void forget_unused(host& target);
    void drop_oldest();

    std::size_t idle_max_;
    vf::duration idle_limit_;
    telemetry::gauge idle_count_;
    std::map<std::string, host> hosts_;
    std::list<entry> idle_;  // the oldest first
};

}  // namespace vf::http
