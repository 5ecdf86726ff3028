// The evaluator's SQL. The core is called inside the transaction that holds the users' due rows:
// whoever changes a user's facts takes the same row first, so no fact changes under a decision.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "trigger-evaluator/store.hpp"
#include "vf/postgres/pool.hpp"

namespace vf::trigger_evaluator {

class postgres_store final : public store {
public:
    explicit postgres_store(postgres::pool& database) : database_{database} {}

    [[nodiscard]] runtime::task<result<backlog>> read_backlog() override;
    [[nodiscard]] runtime::task<result<slice>> evaluate_due(
        std::size_t most, std::vector<std::int64_t> apart
    ) override;
    [[nodiscard]] runtime::task<result<slice>> evaluate_alone(single whom) override;
    [[nodiscard]] runtime::task<result<std::vector<wire::rule_fired>>> unpublished(std::size_t most
    ) override;
    [[nodiscard]] runtime::task<result<void>> mark_published(std::vector<wire::rule_fired> fires
    ) override;

private:
    postgres::pool& database_;
};

}  // namespace vf::trigger_evaluator
