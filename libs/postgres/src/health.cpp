#include "vf/postgres/health.hpp"

#include <chrono>
#include <utility>

#include "vf/telemetry/log.hpp"

namespace vf::postgres {

namespace {

constexpr vf::duration interval = std::chrono::seconds{1};

pool_options options_of(std::string url, std::string_view application_name) {
    pool_options options;
    options.url = std::move(url);
    options.application_name = std::string{application_name} + " health";
    options.connections = 1;
    options.statement_timeout = std::chrono::seconds{2};
    options.connect_timeout = std::chrono::seconds{2};
    options.autocommit = true;
    return options;
}

}  // namespace

health::health(runtime::loop& events, std::string url, std::string_view application_name)
    : database_{events, options_of(std::move(url), application_name), metrics_} {}

runtime::task<> health::watch(runtime::signal& stop) {
    const telemetry::logger log{"database"};
    for (;;) {
        const bool before = ready();
        co_await look();
        if (before != ready()) {
            log.info(ready() ? "ready" : "not ready", {{"why", why_}});
        }
        const bool stopping = co_await stop.wait_for(interval);
        if (stopping) {
            database_.close();
            co_return;
        }
    }
}

runtime::task<> health::look() {
    auto work = [](transaction& tx) {
        const auto found = tx.query("SELECT current_setting('transaction_read_only') = 'on' AS ro");
        return !found.empty() && found.front().boolean("ro");
    };
    auto read_only = co_await database_.transact(work);
    answers_ = read_only.has_value();
    if (!read_only) {
        why_ = read_only.error().code + ' ' + read_only.error().detail;
    } else {
        why_ = *read_only ? "read-only" : "";
    }
}

}  // namespace vf::postgres
