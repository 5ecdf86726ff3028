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

understood understand(const decoded_ingest& decoded, const project_set& known) {
    if (!decoded) {
        return std::unexpected(decoded.error());
    }
    if (!known.contains(decoded->project)) {
        return std::unexpected(
            reason_of(normalise_stage, domain::reason::unknown_project, decoded->project.text)
        );
    }
    return normalise(*decoded);
}

// Arrivals of one write under claims of their own are told apart until the claims are settled.
std::string name_of(const wire::ingest_record& record) {
    auto name = record.id.raw() + record.project.text;
    if (record.unsettled) {
        name += ' ' + record.unsettled->key.raw() + record.unsettled->body.raw();
    }
    return name;
}

}  // namespace

std::vector<domain::project_id> unknown_projects(
    const std::vector<decoded_ingest>& decoded, const project_set& known
) {
    project_set missing;
    for (const auto& one : decoded) {
        if (one && one->kind != wire::ingest_kind::probe && !known.contains(one->project)) {
            missing.insert(one->project);
        }
    }
    return {missing.begin(), missing.end()};
}

planned_batch plan_batch(const std::vector<decoded_ingest>& decoded, const project_set& known) {
    planned_batch plan;
    std::unordered_set<std::string> seen;
    for (std::size_t i = 0; i < decoded.size(); ++i) {
        if (decoded[i] && decoded[i]->kind == wire::ingest_kind::probe) {
            plan.probes.push_back(decoded[i]->received_at);
            continue;
        }
        auto change = understand(decoded[i], known);
        if (!change) {
            plan.aside.emplace_back(i, std::move(change.error()));
            continue;
        }
        const auto& record = *decoded[i];
        if (!seen.insert(name_of(record)).second) {
            ++plan.repeats;
            continue;
        }
        std::visit([i](auto& one) { one.place = i; }, *change);
        if (auto* user = std::get_if<user_change>(&*change)) {
            plan.writing.users.push_back(std::move(*user));
        } else {
            plan.writing.events.push_back(std::move(std::get<new_event>(*change)));
        }
        if (record.unsettled) {
            plan.writing.unsettled.push_back({i, *record.unsettled, record.received_at});
        }
    }
    return plan;
}

ingest_batch settled(const ingest_batch& batch, const std::vector<std::size_t>& conflicts) {
    const auto name = [](const auto& one) { return one.id.raw() + one.who.project.text; };
    std::unordered_map<std::string, std::size_t> first;
    const auto look = [&](const auto& one) {
        if (!std::ranges::binary_search(conflicts, one.place)) {
            auto& place = first.try_emplace(name(one), one.place).first->second;
            place = std::min(place, one.place);
        }
    };
    std::ranges::for_each(batch.users, look);
    std::ranges::for_each(batch.events, look);
    const auto stands = [&](const auto& one) {
        const auto found = first.find(name(one));
        return found != first.end() && found->second == one.place;
    };
    ingest_batch left;
    std::ranges::copy_if(batch.users, std::back_inserter(left.users), stands);
    std::ranges::copy_if(batch.events, std::back_inserter(left.events), stands);
    return left;
}

}  // namespace vf::normaliser
