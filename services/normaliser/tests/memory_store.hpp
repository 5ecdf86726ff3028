// The normaliser's store in memory: as much of its promises as the shells rely on.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "normaliser/store.hpp"

namespace vf::normaliser {

class memory_store final : public store {
public:
    [[nodiscard]] runtime::task<result<std::vector<domain::project_id>>> find_projects(
        std::vector<domain::project_id> project_ids
    ) override {
        ++project_reads;
        std::erase_if(project_ids, [this](const auto& id) { return !projects.contains(id); });
        co_return project_ids;
    }

    [[nodiscard]] runtime::task<result<ingest_written>> write(ingest_batch batch, instant now)
        override {
        if (failing) {
            co_return std::unexpected(*failing);
        }
        written_at = now;
        ingest_written written;
        if (!batch.unverified.empty()) {
            written.conflicts = resolve_claims(batch.unverified, [this](const auto& request) {
                return hold_keys(request);
            });
            batch = without_conflicts(batch, written.conflicts);
        }
        const auto claim = [&](const auto& one) {
            return claimed.insert(one.who.project.text + one.id.uuid()).second;
        };
        for (const auto& user : batch.users) {
            ++(claim(user) ? written.users : written.repeats);
        }
        for (const auto& event : batch.events) {
            ++(claim(event) ? written.events : written.repeats);
        }
        co_return written;
    }

    [[nodiscard]] runtime::task<result<std::vector<mail_lookup>>> find_mail(
        std::vector<mail_notice> notices
    ) override {
        if (failing) {
            co_return std::unexpected(*failing);
        }
        std::vector<mail_lookup> found;
        for (const auto& notice : notices) {
            found.push_back({standing.contains(notice.id.text), candidates});
        }
        co_return found;
    }

    [[nodiscard]] runtime::task<result<std::vector<stored_mail>>> store_mail(
        std::vector<mail_outcome> decided, std::vector<mail_notice> notices
    ) override {
        for (const auto& outcome : decided) {
            const auto& notice = outcome.notice;
            standing.try_emplace(
                notice.id.text,
                stored_mail{notice.type, outcome.body, outcome.match.whose.user, notice.received_at}
            );
        }
        std::vector<stored_mail> answers;
        for (const auto& notice : notices) {
            answers.push_back(standing.at(notice.id.text));
        }
        co_return answers;
    }

    // A key is held for good.
    key_holders hold_keys(const std::vector<unverified_claim>& claims) {
        key_holders answer;
        for (const auto& one : claims) {
            const auto key = one.claim.key.raw();
            answer[key] =
                holders.try_emplace(key, key_holder{one.claim.body, one.received_at}).first->second;
        }
        return answer;
    }

    project_set projects;
    mail_candidates candidates;  // of every notice
    std::optional<error> failing;
    std::set<std::string> claimed;
    std::map<std::string, stored_mail> standing;
    key_holders holders;
    instant written_at{};
    int project_reads{0};
};

}  // namespace vf::normaliser
