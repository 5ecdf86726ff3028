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

    // Decides by the core and keeps what it came to.
    [[nodiscard]] runtime::task<result<std::vector<settled_mail>>> settle_mail(
        std::vector<mail_notice> notices, mail_policy policy, instant now
    ) override {
        if (failing) {
            co_return std::unexpected(*failing);
        }
        written_at = now;
        std::vector<mail_lookup> found(notices.size());
        for (auto& one : found) {
            one.candidates = candidates;
            for (const auto& [id, stored] : standing) {
                one.decided.insert(id);
            }
        }
        const auto decided = decide_mail(notices, found, mail, policy);
        mail = decided.after;
        std::vector<settled_mail> settled(notices.size());
        for (const auto& one : decided.outcomes) {
            standing.try_emplace(
                one.id.text, stored_mail{one.id, one.type, one.body, mail_user, one.received_at}
            );
        }
        for (std::size_t i = 0; i < notices.size(); ++i) {
            settled[i].refused = decided.refused[i];
            for (const auto& id : decided.standing[i]) {
                const auto row = standing.find(id.text);
                if (row != standing.end() && !row->second.body.empty()) {
                    settled[i].announced.push_back(row->second);
                }
            }
        }
        co_return settled;
    }

    // Every notice is about that user.
    void place_all_with(const user_row& whose) {
        candidates.by_address = {addressed_user{.whose = whose}};
        mail.present.insert(whose.user_id);
        mail.users[whose.user_id].user_id = whose.user_id;
        mail_user = whose.user;
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
    mail_state mail;
    domain::external_user_id mail_user{"u1"};
    std::optional<error> failing;
    std::set<std::string> claimed;
    std::map<std::string, stored_mail> standing;
    key_holders holders;
    instant written_at{};
    int project_reads{0};
};

}  // namespace vf::normaliser
