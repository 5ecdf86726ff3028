#include "plan_batch.hpp"

#include <string>
#include <unordered_set>

#include "normalise.hpp"
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

}  // namespace

std::vector<domain::project_id> unknown_projects(
    const std::vector<decoded_ingest>& decoded, const project_set& known
) {
    project_set missing;
    for (const auto& one : decoded) {
        if (one && !known.contains(one->project)) {
            missing.insert(one->project);
        }
    }
    return {missing.begin(), missing.end()};
}

planned_batch plan_batch(const std::vector<decoded_ingest>& decoded, const project_set& known) {
    planned_batch plan;
    std::unordered_set<std::string> seen;
    for (std::size_t i = 0; i < decoded.size(); ++i) {
        auto change = understand(decoded[i], known);
        if (!change) {
            plan.aside.emplace_back(i, std::move(change.error()));
            continue;
        }
        if (!seen.insert(decoded[i]->id.raw() + decoded[i]->project.text).second) {
            ++plan.repeats;
            continue;
        }
        if (auto* user = std::get_if<user_change>(&*change)) {
            plan.writing.users.push_back(std::move(*user));
        } else {
            plan.writing.events.push_back(std::move(std::get<new_event>(*change)));
        }
    }
    return plan;
}

}  // namespace vf::normaliser
