#include "vf/facts/fact_rules.hpp"

#include <optional>
#include <set>
#include <utility>

#include "vf/json/parse.hpp"

namespace vf::facts {

void fact_rules::add(
    std::string_view project, std::uint32_t id, std::string_view predicate, std::size_t keep
) {
    const auto parsed = parse_event_predicate(predicate);
    if (!parsed) {
        return;
    }
    auto& of_project = rules_[std::string{project}];
    for (const auto& name : std::set(parsed->events.begin(), parsed->events.end())) {
        of_project[name].push_back({id, *parsed, keep});
    }
}

void fact_rules::count(
    std::vector<fact_occurrence>& occurrences, std::string_view project, std::string_view name,
    std::string_view properties, const occurrence& seen
) const {
    const auto of_project = rules_.find(project);
    if (of_project == rules_.end()) {
        return;
    }
    const auto of_name = of_project->second.find(name);
    if (of_name == of_project->second.end()) {
        return;
    }
    std::optional<json::document> parsed;
    for (const auto& rule : of_name->second) {
        std::optional<std::int64_t> weight = 1;
        if (!rule.predicate.where.empty() || !rule.predicate.weight.empty()) {
            if (!parsed) {
                parsed = json::parse(properties).value_or(json::document{});
            }
            weight = weigh(rule.predicate, parsed->root());
        }
        if (weight) {
            occurrences.push_back({rule.id, rule.keep, seen});
            occurrences.back().seen.weight = *weight;
        }
    }
}

std::vector<std::string> fact_rules::names() const {
    std::set<std::string> found;
    for (const auto& [project, by_name] : rules_) {
        for (const auto& [name, rules] : by_name) {
            found.insert(name);
        }
    }
    return {found.begin(), found.end()};
}

void fold(user_facts& facts, const std::vector<fact_occurrence>& occurrences) {
    for (const auto& one : occurrences) {
        fold(facts[one.fact_id], one.seen, one.keep);
    }
}

}  // namespace vf::facts
