#include "normaliser/facts/fact_rules.hpp"

#include <optional>
#include <set>
#include <utility>

#include "vf/json/parse.hpp"

namespace vf::normaliser {

namespace {

constexpr std::string_view select_defs =
    "SELECT project_id, fact_id, leaf::text, keep FROM fact_defs"
    " WHERE project_id = ANY ($1::text[])";

}  // namespace

void fact_rules::add(
    std::string_view project, std::uint32_t id, std::string_view leaf, std::size_t keep
) {
    const auto predicate = parse_event_predicate(leaf);
    if (!predicate) {
        return;
    }
    auto& of_project = rules_[std::string{project}];
    for (const auto& name : std::set(predicate->events.begin(), predicate->events.end())) {
        of_project[name].push_back({id, *predicate, keep});
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
    std::optional<json::value> parsed;
    for (const auto& rule : of_name->second) {
        std::optional<std::int64_t> weight = 1;
        if (!rule.occurrences.where.empty() || !rule.occurrences.weight.empty()) {
            if (!parsed) {
                parsed = json::parse(properties).value_or(json::value{});
            }
            weight = weigh(rule.occurrences, *parsed);
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

fact_rules read_fact_rules(postgres::transaction& tx, const std::vector<std::string>& projects) {
    fact_rules found;
    for (const auto& row : tx.query(select_defs, postgres::params{}.texts(projects))) {
        found.add(
            row.text(0), static_cast<std::uint32_t>(row.integer(1)), row.text(2),
            static_cast<std::size_t>(row.integer(3))
        );
    }
    return found;
}

void fold(facts& facts, const std::vector<fact_occurrence>& occurrences) {
    for (const auto& one : occurrences) {
        fold(facts[one.fact_id], one.seen, one.keep);
    }
}

}  // namespace vf::normaliser
