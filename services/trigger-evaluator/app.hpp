// The composition root: constructs everything, starts it in order, drains it in order.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "trigger-evaluator/config.hpp"
#include "trigger-evaluator/metrics.hpp"
#include "trigger-evaluator/postgres_store.hpp"
#include "trigger-evaluator/tick/publish_fired.hpp"
#include "trigger-evaluator/tick/tick.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
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

namespace vf::trigger_evaluator {

class app final : public runtime::application {
public:
    explicit app(const settings& config);

    [[nodiscard]] runtime::loop& events() { return events_; }

    [[nodiscard]] runtime::signal& stop() { return stop_; }

    [[nodiscard]] runtime::signal& fault() { return fault_; }

    [[nodiscard]] runtime::task<result<void>> start() override;
    [[nodiscard]] runtime::task<result<void>> drain(duration limit) override;

private:
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
    std::unique_ptr<kafka::producer> producer_;
    postgres_store store_{database_};
    std::optional<fired_outbox> fired_;
    std::optional<ticker> ticker_;
    http::admin_listener admin_;
    runtime::task_group tasks_;
    bool schema_fits_{false};
    bool broker_answers_{false};
};

}  // namespace vf::trigger_evaluator
