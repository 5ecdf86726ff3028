// The normaliser's composition root: the only place that names concrete classes. Loop thread.
#pragma once

#include <memory>
#include <vector>

#include "normaliser/config.hpp"
#include "normaliser/ingest/consume_ingest.hpp"
#include "normaliser/mail/consume_mail.hpp"
#include "normaliser/metrics.hpp"
#include "normaliser/postgres_store.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/consumer/host.hpp"
#include "vf/http/admin_listener.hpp"
#include "vf/kafka/offset_reader.hpp"
#include "vf/kafka/producer.hpp"
#include "vf/postgres/health.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/run.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::normaliser {

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
    [[nodiscard]] runtime::task<result<void>> connect();
    [[nodiscard]] result<void> start_consumers();
    void start_upkeep();

    settings settings_;
    telemetry::logger log_{"app"};
    telemetry::registry registry_;
    metrics metrics_{registry_};
    system_clock clock_;
    system_random randomness_;
    runtime::loop events_;
    runtime::signal stop_{events_.context()};
    runtime::signal fault_{events_.context()};
    postgres::pool database_;
    postgres::health database_health_;
    postgres_store store_{database_};
    std::unique_ptr<kafka::producer> producer_;
    kafka::offset_reader live_offsets_;
    consume_ingest live_{store_, clock_, metrics_, metrics_.live_visible};
    consume_ingest backfill_{store_, clock_, metrics_, metrics_.backfill_visible};
    consume_mail mail_{
        store_, clock_, metrics_, {.soft_bounces = settings_.soft_bounces}, settings_.link_keys
    };
    consumer::host consumers_;
    http::admin_listener admin_;
    runtime::task_group tasks_{events_.context()};
    bool connected_{false};
};

}  // namespace vf::normaliser
