// The consumer of vf.ingest, and of vf.ingest.backfill: decode → normalise → one transaction →
// quarantine what could not be understood. One object for each lane. Loop thread.
#pragma once

#include "normaliser/ingest/plan_batch.hpp"
#include "normaliser/metrics.hpp"
#include "normaliser/store.hpp"
#include "vf/base/clock.hpp"
#include "vf/consumer/breaker.hpp"
#include "vf/consumer/stage.hpp"

namespace vf::normaliser {

class consume_ingest final : public consumer::stage {
public:
    consume_ingest(
        store& into, const clock& now, const metrics& counted, const telemetry::histogram& visible,
        consumer::breaker stops = {}
    )
        : store_{into}, clock_{now}, metrics_{counted}, visible_{visible}, stops_{stops} {}

    [[nodiscard]] runtime::task<result<std::vector<wire::record>>> settle(
        std::vector<wire::record> batch
    ) override;
    [[nodiscard]] wire::record refuse(const wire::record& input, const error& why) override;

private:
    [[nodiscard]] runtime::task<result<void>> learn_projects(std::vector<domain::project_id> asked);
    void count(const planned_batch& plan, const ingest_written& written) const;
    void time(const std::vector<decoded_ingest>& decoded, const planned_batch& plan) const;

    store& store_;
    const clock& clock_;
    const metrics& metrics_;
    const telemetry::histogram& visible_;  // of this lane
    consumer::breaker stops_;
    // A project once seen is there for good.
    project_set known_;
};

}  // namespace vf::normaliser
