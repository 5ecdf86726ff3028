// The composition root: constructs everything, starts it in order, drains it in order.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/consumer/host.hpp"
#include "vf/http/admin_listener.hpp"
#include "vf/kafka/producer.hpp"
#include "vf/postgres/health.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/run.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/telemetry/metrics.hpp"
#include "webhook-dispatcher/config.hpp"
#include "webhook-dispatcher/delivery_pipeline.hpp"
#include "webhook-dispatcher/fan_out/consume_webhooks.hpp"
#include "webhook-dispatcher/lanes/consume_deliveries.hpp"
#include "webhook-dispatcher/metrics.hpp"
#include "webhook-dispatcher/postgres_store.hpp"

namespace vf::webhook_dispatcher {

class app final : public runtime::application {
public:
    explicit app(const settings& config);

    [[nodiscard]] runtime::loop& events() { return events_; }

    [[nodiscard]] runtime::signal& stop() { return stop_; }

    [[nodiscard]] runtime::signal& fault() { return fault_; }

    [[nodiscard]] runtime::task<result<void>> start() override;
    [[nodiscard]] runtime::task<result<void>> drain(duration limit) override;

private:
    [[nodiscard]] runtime::task<result<void>> start_producer();
    [[nodiscard]] result<void> start_consumers();
    [[nodiscard]] std::vector<http::condition> conditions() const;

    settings settings_;
    telemetry::logger log_{"app"};
    telemetry::registry registry_;
    metrics metrics_{registry_};
    system_clock clock_;
    system_random random_;
    runtime::loop events_;
    runtime::signal stop_;
    runtime::signal fault_;
    postgres::pool database_;
    postgres::health database_health_;
    postgres_store store_;
    std::unique_ptr<kafka::producer> producer_;
    delivery_pipeline delivery_pipeline_;
    // From the start on, once there is a producer.
    std::optional<consume_webhooks> webhooks_;
    std::optional<consume_deliveries> deliveries_;
    consumer::host consumers_;
    runtime::task_group upkeep_;
    http::admin_listener admin_;
    bool schema_fits_{false};
    bool broker_answers_{false};
};

}  // namespace vf::webhook_dispatcher
