// The composition root of the console: what it is made of, in which order it starts, in which order
// it drains. Loop thread.
#pragma once

#include <memory>
#include <vector>

#include "console/api/desk.hpp"
#include "console/config.hpp"
#include "console/intake/consume_dead_letter.hpp"
#include "console/intake/consume_quarantine.hpp"
#include "console/metrics.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/consumer/shell.hpp"
#include "vf/http/admin_listener.hpp"
#include "vf/http/server.hpp"
#include "vf/kafka/group_source.hpp"
#include "vf/kafka/producer.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/run.hpp"
#include "vf/runtime/task_group.hpp"

namespace vf::console {

class app final : public runtime::application {
public:
    explicit app(const settings& with);

    [[nodiscard]] runtime::loop& events() { return events_; }

    [[nodiscard]] runtime::signal& stop() { return stop_; }

    [[nodiscard]] runtime::signal& fault() { return fault_; }

    [[nodiscard]] runtime::task<result<void>> start() override;
    [[nodiscard]] runtime::task<result<void>> drain(vf::duration limit) override;

private:
    // One topic, who keeps it, and what drives that.
    struct intake {
        std::unique_ptr<kafka::group_source> source;
        std::unique_ptr<consumer::shell> shell;
    };

    [[nodiscard]] std::vector<http::condition> conditions() const;
    [[nodiscard]] result<void> add_intake(
        std::string_view name, std::string_view topic, consumer::stage& settling
    );
    [[nodiscard]] result<void> start_intakes();
    [[nodiscard]] result<void> start_server();

    settings with_;
    telemetry::logger log_{"app"};
    telemetry::registry registry_;
    console_metrics metrics_{registry_};
    system_clock clock_;
    system_random random_;
    runtime::loop events_;
    runtime::signal stop_{events_.context()};
    runtime::signal fault_{events_.context()};
    postgres::pool database_;
    std::unique_ptr<kafka::producer> producer_;
    consume_quarantine keep_quarantine_{database_, clock_, metrics_};
    consume_dead_letter keep_dead_letters_{database_, clock_, metrics_};
    std::vector<intake> intakes_;
    std::unique_ptr<desk> desk_;
    http::router routes_;
    std::unique_ptr<http::server> server_;
    http::admin_listener admin_;
    bool database_ready_{false};
    bool broker_ready_{false};
    bool serving_{false};
    runtime::task_group tasks_{events_.context()};
};

}  // namespace vf::console
