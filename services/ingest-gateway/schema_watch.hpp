// Whether the schema fits this build: asked until the database has answered once, since a start
// does not wait for it. Loop thread.
#pragma once

#include <string>
#include <string_view>

#include "vf/base/error.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::ingest_gateway {

class schema_watch {
public:
    explicit schema_watch(runtime::loop& events) : events_{events} {}

    // Until the database has answered, or `stop`. A schema that does not fit raises `fault`.
    [[nodiscard]] runtime::task<> run(
        std::string database_url, std::string_view application_name, telemetry::registry& metrics,
        runtime::signal& stop, runtime::signal& fault
    );

    // Waits a while. Errors: permanent/schema_too_old; the database being away is none.
    [[nodiscard]] runtime::task<result<void>> wait();

    [[nodiscard]] bool fits() const { return answered_.raised() && outcome_.has_value(); }

private:
    runtime::loop& events_;
    runtime::signal answered_{events_.context()};
    result<void> outcome_;
    telemetry::logger log_{"schema_watch"};
};

}  // namespace vf::ingest_gateway
