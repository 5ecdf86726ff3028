// The claims of a batch's records: each record has its effect once. Inside the transaction of the
// batch, on a pool thread. See docs/decisions/0021-flat-claims.md.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "normaliser/ingest/plan_batch.hpp"
#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

// How long a record is recognised by its claim alone, from when it was claimed: longer than a topic
// may deliver it again. What was received longer ago than `record_claims_late` is looked up among
// the events too.
inline constexpr std::chrono::hours record_claims_kept = std::chrono::days{30};
inline constexpr std::chrono::hours record_claims_late = std::chrono::days{29};

// Records of a batch that have had their effect before.
class repeated_records {
public:
    void add(const domain::project_id& project, const domain::record_id& id) {
        records_.emplace(id.bytes, project.text);
    }

    [[nodiscard]] bool contains(const domain::project_id& project, const domain::record_id& id)
        const {
        return !records_.empty() && records_.contains({id.bytes, project.text});
    }

    [[nodiscard]] std::size_t size() const { return records_.size(); }

private:
    // One id may be of two projects.
    std::set<std::pair<std::array<std::uint8_t, 16>, std::string>> records_;
};

// Claims all of them; answers those that were claimed before.
[[nodiscard]] repeated_records claim_records(
    postgres::transaction& tx, const ingest_batch& batch, instant now
);

}  // namespace vf::normaliser
