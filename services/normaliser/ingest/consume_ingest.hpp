// The stage of vf.ingest, and of vf.ingest.backfill: understand → one transaction → set aside what
// could not be understood. One object for each lane, driven by consumer::worker. Loop thread.
#pragma once

#include <vector>

#include "normaliser/ingest/plan_batch.hpp"
#include "normaliser/metrics.hpp"
#include "normaliser/store.hpp"
#include "vf/base/clock.hpp"
#include "vf/consumer/stage.hpp"

namespace vf::normaliser {

class consume_ingest final : public consumer::stage<wire::ingest_record> {
public:
    // `visible` is of this lane.
    consume_ingest(
        store& store, const clock& clock, const metrics& counters,
        const telemetry::histogram& visible
    )
        : store_{store}, clock_{clock}, metrics_{counters}, visible_{visible} {}

    [[nodiscard]] runtime::task<result<consumer::outcome>> process(
        consumer::batch<wire::ingest_record> records
    ) override;

private:
    [[nodiscard]] runtime::task<result<void>> learn_projects(
        std::vector<domain::project_id> projects
    );
    void count(const ingest_written& written) const;
    // From received at the door to written.
    void observe_age(const consumer::batch<wire::ingest_record>& records, const planned_batch& plan)
        const;

    normaliser::store& store_;
    const clock& clock_;
    const metrics& metrics_;
    const telemetry::histogram& visible_;
    // A project once seen is there for good.
    project_set projects_;
};

}  // namespace vf::normaliser
