// A scratch schema, a loop and pools on it, for the tests of libs/postgres.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vf/postgres/pool.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/support/run_task.hpp"
#include "vf/support/scratch_schema.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::postgres_tests {

class postgres_fixture {
public:
    [[nodiscard]] postgres::pool_options options() const {
        return {.url = scratch_.url(), .application_name = "vf-test", .connections = 1};
    }

    [[nodiscard]] std::unique_ptr<postgres::pool> make_pool(const postgres::pool_options& options) {
        return std::make_unique<postgres::pool>(events_, options, metrics_);
    }

    template <class Work>
    auto transact(postgres::pool& database, Work work) {
        return support::run_task(events_, database.transact(std::move(work)));
    }

    result<void> script(postgres::pool& database, const std::string& statements) {
        return transact(database, [&](postgres::transaction& tx) { tx.script(statements); });
    }

    // The first column of the first row; -1 when there is none.
    std::int64_t number(postgres::pool& database, const std::string& statement) {
        const auto answer = transact(database, [&](postgres::transaction& tx) -> std::int64_t {
            const postgres::rows found = tx.query(statement);
            return found.empty() ? -1 : found[0].integer(0);
        });
        return answer.value_or(-1);
    }

    [[nodiscard]] runtime::loop& events() { return events_; }

    [[nodiscard]] std::string metrics() const { return metrics_.expose(); }

    [[nodiscard]] std::string url() const { return scratch_.url(); }

private:
    telemetry::registry metrics_;
    support::scratch_schema scratch_;
    runtime::loop events_;
};

// Transactions under way at the same time. Answers in the order of `add`.
template <class Value>
class side_by_side {
public:
    explicit side_by_side(postgres_fixture& env) : in_{env}, group_{env.events().context()} {}

    template <class Work>
    void add(postgres::pool& database, Work work) {
        auto& into = *answers_.emplace_back(std::make_unique<std::optional<result<Value>>>());
        group_.spawn("transaction", keep(database, std::move(work), into));
    }

    bool finish() { return support::run_task(in_.events(), group_.join(std::chrono::seconds{15})); }

    // After `finish`.
    [[nodiscard]] const result<Value>& answer(std::size_t index) const {
        return answers_.at(index)->value();
    }

    [[nodiscard]] runtime::task_group& group() { return group_; }

private:
    template <class Work>
    static runtime::task<> keep(
        postgres::pool& database, Work work, std::optional<result<Value>>& value
    ) {
        auto answer = co_await database.transact(std::move(work));
        value.emplace(std::move(answer));
    }

    postgres_fixture& in_;
    runtime::task_group group_;
    std::vector<std::unique_ptr<std::optional<result<Value>>>> answers_;
};

}  // namespace vf::postgres_tests
