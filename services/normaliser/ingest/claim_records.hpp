// The claims of a batch's records: each record has its effect once. Inside the transaction of the
// batch, on a pool thread.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_set>

#include "normaliser/ingest/plan_batch.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

class claimed_records {
public:
    // `record` as Postgres writes a uuid.
    void add(const std::string& project, const std::string& record) {
        names_.insert(record + project);
    }

    [[nodiscard]] bool contains(const domain::project_id& project, const domain::record_id& id)
        const {
        return names_.contains(id.uuid() + project.text);
    }

    [[nodiscard]] std::size_t size() const { return names_.size(); }

private:
    std::unordered_set<std::string> names_;
};

// Those that nobody had claimed before.
[[nodiscard]] claimed_records claim_records(postgres::transaction& tx, const ingest_batch& batch);

}  // namespace vf::normaliser
