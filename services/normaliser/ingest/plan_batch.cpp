#include "normaliser/ingest/plan_batch.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

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

// Which arrivals of a batch are of one write.
class arrivals {
public:
    // How many other writes of its id came before it in the batch; nothing when it is a repeat.
    // Arrivals of one write under claims of their own are kept apart until the claims are resolved.
    std::optional<std::size_t> add(const wire::ingest_record& record) {
        constexpr vf::duration forgotten = std::chrono::hours{24};
        auto name = record.id.raw() + record.project.text;
        auto& writes = writes_[name];
        const auto same = std::ranges::find_if(writes, [&](instant received_at) {
            return received_at < record.received_at + forgotten &&
                   record.received_at < received_at + forgotten;
        });
        const auto place = static_cast<std::size_t>(same - writes.begin());
        if (same == writes.end()) {
            writes.push_back(record.received_at);
        }
        name += ' ' + std::to_string(place);
        if (record.unverified) {
            name += ' ' + record.unverified->key.raw() + record.unverified->body.raw();
        }
        return seen_.insert(std::move(name)).second ? std::optional{place} : std::nullopt;
    }

private:
    std::unordered_map<std::string, std::vector<instant>> writes_;  // when each was received
    std::unordered_set<std::string> seen_;
};

void add_change(ingest_batch& batch, change one, std::size_t index) {
    std::visit([index](auto& each) { each.index = index; }, one);
    if (auto* user = std::get_if<user_change>(&one)) {
        batch.users.push_back(std::move(*user));
    } else {
        batch.events.push_back(std::move(std::get<new_event>(one)));
    }
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
    arrivals seen;
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
        const auto place = seen.add(record);
        if (!place) {
            ++plan.repeats;
            continue;
        }
        plan.again.resize(std::max(plan.again.size(), *place));
        auto& batch = *place == 0 ? plan.writing : plan.again[*place - 1];
        add_change(batch, std::move(*change), index);
        if (record.unverified) {
            batch.unverified.push_back({index, *record.unverified, record.received_at});
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
