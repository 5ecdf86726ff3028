#include "normaliser/ingest/consume_ingest.hpp"

#include <chrono>
#include <utility>

#include "normaliser/ingest/normalise.hpp"
#include "vf/domain/reasons.hpp"

namespace vf::normaliser {

namespace {

wire::set_aside_reason key_conflict() {
    auto why = reason_of(domain::reason::idempotency_conflict);
    why.field = "Idempotency-Key";
    return why;
}

wire::set_aside_reason too_many_traits() {
    auto why = reason_of(domain::reason::too_many_traits);
    why.field = "traits";
    return why;
}

}  // namespace

runtime::task<result<consumer::outcome>> consume_ingest::process(
    consumer::batch<wire::ingest_record> records
) {
    auto missing = unknown_projects(records, projects_);
    if (!missing.empty()) {
        auto learned = co_await learn_projects(std::move(missing));
        if (!learned) {
            co_return forward(learned);
        }
    }
    auto plan = plan_batch(records, projects_);
    plan.again.insert(plan.again.begin(), std::move(plan.writing));
    metrics_.repeats.increment(static_cast<double>(plan.repeats));
    for (auto& batch : plan.again) {
        if (batch.size() == 0) {
            continue;
        }
        auto written = co_await store_.write(std::move(batch), clock_.now());
        if (!written) {
            co_return forward(written);
        }
        for (const auto index : written->conflicts) {
            plan.set_aside.push_back({index, key_conflict()});
        }
        for (const auto index : written->over_cap) {
            plan.set_aside.push_back({index, too_many_traits()});
        }
        count(*written);
    }
    observe_age(records, plan);
    co_return consumer::outcome{{}, std::move(plan.set_aside)};
}

runtime::task<result<void>> consume_ingest::learn_projects(std::vector<domain::project_id> projects
) {
    auto found = co_await store_.find_projects(std::move(projects));
    if (!found) {
        co_return forward(found);
    }
    projects_.insert(found->begin(), found->end());
    co_return result<void>{};
}

void consume_ingest::observe_age(
    const consumer::batch<wire::ingest_record>& records, const planned_batch& plan
) const {
    const instant now = clock_.now();
    const auto since = [now](instant sent) {
        return std::chrono::duration<double>(now - sent).count();
    };
    for (const auto& [index, record] : records) {
        if (record.kind != wire::ingest_kind::probe) {
            visible_.observe(since(record.received_at));
        }
    }
    for (const auto sent : plan.probes) {
        metrics_.probe_visible.observe(since(sent));
        metrics_.probe_sent.set(std::chrono::duration<double>(sent.time_since_epoch()).count());
    }
}

void consume_ingest::count(const ingest_written& written) const {
    metrics_.users.increment(static_cast<double>(written.users));
    metrics_.events.increment(static_cast<double>(written.events));
    metrics_.repeats.increment(static_cast<double>(written.repeats));
    metrics_.erased.increment(static_cast<double>(written.erased));
    metrics_.attached.increment(static_cast<double>(written.attached));
}

}  // namespace vf::normaliser
