// The claims of a batch's records: each record has its effect once. Inside the transaction of the
// batch, on a pool thread. See docs/decisions/0021-flat-claims.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_set>

#include "normaliser/ingest/plan_batch.hpp"
#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

// How long a record is recognised by its claim alone, from when it was claimed: longer than a topic
// may deliver it again. What was received longer ago than `record_claims_late` is looked up among
// the events too.
inline constexpr std::chrono::hours record_claims_kept = std::chrono::days{30};
inline constexpr std::chrono::hours record_claims_late = std::chrono::days{29};

class claimed_records {
public:
    // `record` as Postgres writes a uuid.
    void add(const std::string& project, const std::string& record) {
        names_.insert(record + project);
    }

    void remove(const std::string& project, const std::string& record) {
        names_.erase(record + project);
    }

    [[nodiscard]] bool contains(const domain::project_id& project, const domain::record_id& id)
        const {
        return names_.contains(id.uuid() + project.text);
    }

    [[nodiscard]] std::size_t size() const { return names_.size(); }

private:
    std::unordered_set<std::string> names_;
};

// Those that have not had their effect yet.
[[nodiscard]] claimed_records claim_records(
    postgres::transaction& tx, const ingest_batch& batch, instant now
);

}  // namespace vf::normaliser
