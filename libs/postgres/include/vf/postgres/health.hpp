// Whether the database answers and can be written to, for readiness: looked at every second, on a
// connection and with deadlines of its own, so that neither load on a pool nor a server that is
// frozen hides it. Owned by app; loop thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "vf/postgres/pool.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::postgres {

class health {
public:
    health(runtime::loop& events, std::string url, std::string_view application_name);

    // Until stop is raised. The signal outlives it.
    [[nodiscard]] runtime::task<> watch(runtime::signal& stop);

    // As of the last look; false before the first. A standby answers, and is not ready.
    [[nodiscard]] bool answers() const { return answers_; }

    [[nodiscard]] bool ready() const { return answers_ && why_.empty(); }

    // Why it is not ready, for operators.
    [[nodiscard]] const std::string& why() const { return why_; }

private:
    [[nodiscard]] runtime::task<> look();

    // Its transactions are not the service's: they stay out of its metrics.
    telemetry::registry metrics_;
    pool database_;
    bool answers_{false};
    std::string why_{"not looked at yet"};
};

}  // namespace vf::postgres
