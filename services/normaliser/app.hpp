// The normaliser's composition root: the only place that names concrete classes. Loop thread.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "normaliser/config.hpp"
#include "normaliser/ingest/after_live.hpp"
#include "normaliser/ingest/consume_ingest.hpp"
#include "normaliser/mail/consume_mail.hpp"
#include "normaliser/metrics.hpp"
#include "normaliser/postgres_store.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/consumer/shell.hpp"
#include "vf/http/admin_listener.hpp"
#include "vf/kafka/group_source.hpp"
#include "vf/kafka/lane_watch.hpp"
#include "vf/kafka/producer.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/run.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::normaliser {

class app final : public runtime::application {
public:
    explicit app(const settings& from);

    [[nodiscard]] runtime::loop& events() { return events_; }

    [[nodiscard]] runtime::signal& stop() { return stop_; }

    [[nodiscard]] runtime::signal& fault() { return fault_; }

    [[nodiscard]] runtime::task<result<void>> start() override;
    [[nodiscard]] runtime::task<result<void>> drain(vf::duration limit) override;

private:
    // A member of a group that reads a topic, and the shell that settles what comes: lanes do not
    // wait for each other.
    struct lane {
        std::string name;
        std::string_view topic;
        std::string group;
        std::unique_ptr<consumer::stage> settling;
        std::size_t records_at_once;
        std::unique_ptr<kafka::group_source> source{};
        std::optional<after_live> yielding{};  // of the backfill lane
        std::optional<consumer::shell> shell{};
    };

    [[nodiscard]] std::vector<http::condition> conditions() const;
    [[nodiscard]] runtime::task<result<void>> connect();
    void make_lanes();
    [[nodiscard]] result<void> join(lane& made);
    [[nodiscard]] std::vector<const consumer::shell*> shells(std::string_view topic) const;

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
    postgres_store store_{database_};
    std::unique_ptr<kafka::producer> producer_;
    kafka::lane_watch live_watch_;
    std::deque<lane> lanes_;
    http::admin_listener admin_;
    runtime::task_group tasks_{events_.context()};
    bool connected_{false};
};

}  // namespace vf::normaliser
