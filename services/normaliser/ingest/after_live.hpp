// Backfill behind live traffic: a source whose batches wait while the live lane is behind, on this
// replica or any other, but never for good. Loop thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "vf/base/clock.hpp"
#include "vf/kafka/offset_reader.hpp"
#include "vf/kafka/source.hpp"
#include "vf/runtime/signal.hpp"

namespace vf::normaliser {

struct live_lane {
    vf::duration behind{};   // of this process: age of the oldest record not committed
    std::int64_t unread{0};  // of all replicas: records not committed
};

// Core. `waited`: of the batch that is next.
[[nodiscard]] bool yields_to(const live_lane& live, vf::duration waited);

struct live_view {
    std::function<vf::duration()> behind;
    kafka::offset_reader& offsets;
};

class after_live final : public kafka::source {
public:
    after_live(kafka::source& backfill, live_view live, runtime::signal& stop)
        : backfill_{backfill}, live_{std::move(live)}, stop_{stop} {}

    [[nodiscard]] runtime::task<result<kafka::batch>> next() override;
    [[nodiscard]] runtime::task<result<void>> commit(const kafka::batch& done) override;
    void touch() override;
    void stop() override;

private:
    kafka::source& backfill_;
    live_view live_;
    runtime::signal& stop_;
};

}  // namespace vf::normaliser
