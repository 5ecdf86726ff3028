// The listener of a process for its operators, never the public one: /livez, /readyz, /metrics.
// Liveness says the loop turns; it looks at neither Kafka nor Postgres. Readiness is what the app
// says it is, as a list of named conditions.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "vf/base/error.hpp"
#include "vf/http/router.hpp"
#include "vf/http/server.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/task.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::http {

struct condition {
    std::string name;
    bool holds{false};
    std::string why{};  // it does not hold; for operators, may be empty
};

class admin_listener {
public:
    // `conditions` is called on the loop thread at each /readyz: 200 when all hold, else 503 with
    // {"ready":false,"waiting_for":["…"],"because":{"…":"why"}}, of those that say why.
    admin_listener(
        runtime::loop& events, std::string host, std::uint16_t port, telemetry::registry& metrics,
        std::function<std::vector<condition>()> conditions
    );

    [[nodiscard]] result<void> start();
    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] runtime::task<bool> drain(vf::duration limit);

private:
    router routes_;
    server server_;
};

}  // namespace vf::http
