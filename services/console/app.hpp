// The composition root of the console: its objects, in which order it starts, in which order
// it drains. Loop thread.
#pragma once

#include <memory>
#include <vector>

#include "console/api/api_context.hpp"
#include "console/config.hpp"
#include "console/intake/consume_dead_letter.hpp"
#include "console/intake/consume_quarantine.hpp"
#include "console/metrics.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/consumer/host.hpp"
#include "vf/http/admin_listener.hpp"
#include "vf/http/server.hpp"
#include "vf/kafka/producer.hpp"
#include "vf/postgres/health.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/run.hpp"
#include "vf/runtime/task_group.hpp"

namespace vf::console {

class app final : public runtime::application {
public:
    explicit app(const settings& config);

    [[nodiscard]] runtime::loop& events() { return events_; }

    [[nodiscard]] runtime::signal& stop() { return stop_; }

    [[nodiscard]] runtime::signal& fault() { return fault_; }

    [[nodiscard]] runtime::task<result<void>> start() override;
    [[nodiscard]] runtime::task<result<void>> drain(vf::duration limit) override;

private:
    [[nodiscard]] std::vector<http::condition> conditions() const;
    [[nodiscard]] result<void> start_consumers();
    [[nodiscard]] result<void> start_server();

    settings settings_;
    telemetry::logger log_{"app"};
    telemetry::registry registry_;
    console_metrics metrics_{registry_};
    system_clock clock_;
    system_random random_;
    runtime::loop events_;
    runtime::signal stop_{events_.context()};
    runtime::signal fault_{events_.context()};
    postgres::pool database_;
    postgres::health database_health_;
    std::unique_ptr<kafka::producer> producer_;
    std::unique_ptr<consume_quarantine> quarantine_;
    consume_dead_letter dead_letters_{database_, metrics_};
    consumer::host consumers_;
    std::unique_ptr<api_context> api_context_;
    http::router routes_;
    std::unique_ptr<http::server> server_;
    http::admin_listener admin_;
    bool schema_fits_{false};
    bool broker_ready_{false};
    bool serving_{false};
    runtime::task_group tasks_{events_.context()};
};

}  // namespace vf::console
