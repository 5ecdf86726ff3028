// The gateway's composition root: the only place that names concrete classes. Loop thread.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "accept.hpp"
#include "admit.hpp"
#include "authenticate.hpp"
#include "config.hpp"
#include "metrics.hpp"
#include "postgres_store.hpp"
#include "routes.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/http/admin_listener.hpp"
#include "vf/http/server.hpp"
#include "vf/kafka/producer.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/run.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::ingest_gateway {

class app final : public runtime::application {
public:
    explicit app(const settings& from);

    [[nodiscard]] runtime::loop& events() { return events_; }

    [[nodiscard]] runtime::signal& stop() { return stop_; }

    [[nodiscard]] runtime::signal& fault() { return fault_; }

    [[nodiscard]] runtime::task<result<void>> start() override;
    [[nodiscard]] runtime::task<result<void>> drain(vf::duration limit) override;

private:
    [[nodiscard]] std::vector<http::condition> conditions() const;
    [[nodiscard]] http::server_options listening() const;
    [[nodiscard]] result<void> open_doors();

    settings settings_;
    telemetry::logger log_{"app"};
    telemetry::registry registry_;
    metrics metrics_{registry_};
    system_clock clock_;
    system_random randomness_;
    runtime::loop events_;
    runtime::signal stop_{events_.context()};
    runtime::signal fault_{events_.context()};
    runtime::task_group tasks_{events_.context()};
    postgres::pool database_;
    postgres_store store_{database_};
    authenticate authenticate_;
    admission budget_{{}};
    std::unique_ptr<kafka::producer> producer_;
    // Made once there is a producer.
    std::optional<accept> accept_;
    std::optional<routes> routes_;
    http::router table_;
    std::optional<http::server> server_;
    http::admin_listener admin_;
    bool ready_{false};
};

}  // namespace vf::ingest_gateway
