#include "normaliser/ingest/plan_batch.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "normaliser/ingest/normalise.hpp"
#include "vf/domain/reasons.hpp"

namespace vf::normaliser {

namespace {

understood understand(const wire::ingest_record& record, const project_set& existing) {
    if (!existing.contains(record.project)) {
        return std::unexpected(reason_of(domain::reason::unknown_project, record.project.text));
    }
    return normalise(record);
}

// What no customer can bring about. A body is not of that kind: the door and we may differ in what
// we take, and then anybody could send it.
bool is_impossible(const wire::set_aside_reason& why) {
    return why.code == domain::reason::unknown_project;
}

// Arrivals of one write under claims of their own are kept apart until the claims are resolved.
std::string name_of(const wire::ingest_record& record) {
    auto name = record.id.raw() + record.project.text;
    if (record.unverified) {
        name += ' ' + record.unverified->key.raw() + record.unverified->body.raw();
    }
    return name;
}

}  // namespace

std::vector<domain::project_id> unknown_projects(
    const consumer::batch<wire::ingest_record>& records, const project_set& existing
) {
    project_set missing;
    for (const auto& [index, record] : records) {
        if (record.kind != wire::ingest_kind::probe && !existing.contains(record.project)) {
            missing.insert(record.project);
        }
    }
    return {missing.begin(), missing.end()};
}

planned_batch plan_batch(
    const consumer::batch<wire::ingest_record>& records, const project_set& existing
) {
    planned_batch plan;
    std::unordered_set<std::string> seen;
    for (const auto& [index, record] : records) {
        if (record.kind == wire::ingest_kind::probe) {
            plan.probes.push_back(record.received_at);
            continue;
        }
        auto change = understand(record, existing);
        if (!change) {
            const bool impossible = is_impossible(change.error());
            plan.set_aside.push_back({index, std::move(change.error()), impossible});
            continue;
        }
        if (!seen.insert(name_of(record)).second) {
            ++plan.repeats;
            continue;
        }
        std::visit([position = index](auto& one) { one.index = position; }, *change);
        if (auto* user = std::get_if<user_change>(&*change)) {
            plan.writing.users.push_back(std::move(*user));
        } else {
            plan.writing.events.push_back(std::move(std::get<new_event>(*change)));
        }
        if (record.unverified) {
            plan.writing.unverified.push_back({index, *record.unverified, record.received_at});
        }
    }
    return plan;
}

ingest_batch without_conflicts(
    const ingest_batch& batch, const std::vector<std::size_t>& conflicts
) {
    const auto name = [](const auto& one) { return one.id.raw() + one.who.project.text; };
    std::unordered_map<std::string, std::size_t> first;
    const auto note = [&](const auto& one) {
        if (!std::ranges::binary_search(conflicts, one.index)) {
            auto& index = first.try_emplace(name(one), one.index).first->second;
            index = std::min(index, one.index);
        }
    };
    std::ranges::for_each(batch.users, note);
    std::ranges::for_each(batch.events, note);
    const auto stands = [&](const auto& one) {
        const auto found = first.find(name(one));
        return found != first.end() && found->second == one.index;
    };
    ingest_batch left;
    std::ranges::copy_if(batch.users, std::back_inserter(left.users), stands);
    std::ranges::copy_if(batch.events, std::back_inserter(left.events), stands);
    return left;
}

}  // namespace vf::normaliser
