#include "normaliser/ingest/consume_ingest.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "normaliser/ingest/normalise.hpp"
#include "vf/domain/reasons.hpp"

namespace vf::normaliser {

namespace {

wire::set_aside_reason key_conflict() {
    auto why = reason_of(normalise_stage, domain::reason::idempotency_conflict);
    why.field = "Idempotency-Key";
    return why;
}

// What the door lets nobody send, of records that came through it. A replay may be anything.
bool is_impossible(const wire::set_aside_reason& why, const wire::record& record) {
    constexpr std::array impossible{
        domain::reason::undecodable_record, domain::reason::unsupported_version,
        domain::reason::unknown_project, domain::reason::invalid_body
    };
    return std::ranges::find(impossible, why.code) != impossible.end() &&
           record.find_header(wire::replay_header) == nullptr;
}

}  // namespace

runtime::task<result<std::vector<wire::record>>> consume_ingest::settle(
    std::vector<wire::record> batch
) {
    const auto decoded = decode_ingest(batch);
    auto asked = unknown_projects(decoded, known_);
    if (!asked.empty()) {
        auto learned = co_await learn_projects(std::move(asked));
        if (!learned) {
            co_return forward(learned);
        }
    }
    auto plan = plan_batch(decoded, known_);
    const auto impossible = std::ranges::count_if(plan.aside, [&batch](const auto& each) {
        return is_impossible(each.second, batch[each.first]);
    });
    if (stops_.trips(static_cast<std::size_t>(impossible), batch.size())) {
        co_return std::unexpected(
            consumer::breaker::why(static_cast<std::size_t>(impossible), batch.size())
        );
    }
    ingest_written written;
    if (plan.writing.size() > 0) {
        auto wrote = co_await store_.write(std::move(plan.writing), clock_.now());
        if (!wrote) {
            co_return forward(wrote);
        }
        written = std::move(*wrote);
    }
    for (const auto place : written.conflicts) {
        plan.aside.emplace_back(place, key_conflict());
    }
    count(plan, written);
    time(decoded, plan);
    std::vector<wire::record> outputs;
    outputs.reserve(plan.aside.size());
    for (auto& [index, why] : plan.aside) {
        outputs.push_back(wire::encode(wire::set_aside(batch[index], std::move(why), clock_.now()))
        );
    }
    co_return outputs;
}

wire::record consume_ingest::refuse(const wire::record& input, const error& why) {
    auto named = reason_of(normalise_stage, domain::reason::refused_by_database, why.detail);
    return wire::encode(wire::set_aside(input, std::move(named), clock_.now()));
}

runtime::task<result<void>> consume_ingest::learn_projects(std::vector<domain::project_id> asked) {
    auto found = co_await store_.find_projects(std::move(asked));
    if (!found) {
        co_return forward(found);
    }
    known_.insert(found->begin(), found->end());
    co_return result<void>{};
}

void consume_ingest::time(const std::vector<decoded_ingest>& decoded, const planned_batch& plan)
    const {
    const instant now = clock_.now();
    const auto since = [now](instant sent) {
        return std::chrono::duration<double>(now - sent).count();
    };
    for (const auto& record : decoded) {
        if (record && record->kind != wire::ingest_kind::probe) {
            visible_.observe(since(record->received_at));
        }
    }
    for (const auto sent : plan.probes) {
        metrics_.probe_visible.observe(since(sent));
        metrics_.probe_sent.set(std::chrono::duration<double>(sent.time_since_epoch()).count());
    }
}

void consume_ingest::count(const planned_batch& plan, const ingest_written& written) const {
    metrics_.users.increment(static_cast<double>(written.users));
    metrics_.events.increment(static_cast<double>(written.events));
    metrics_.repeats.increment(static_cast<double>(written.repeats + plan.repeats));
    metrics_.erased.increment(static_cast<double>(written.erased));
    metrics_.attached.increment(static_cast<double>(written.attached));
    metrics_.quarantined.increment(static_cast<double>(plan.aside.size()));
}

}  // namespace vf::normaliser
