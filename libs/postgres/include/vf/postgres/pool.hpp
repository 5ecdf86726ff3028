// Connections to Postgres, each used by one transaction at a time on a blocking thread. Called from
// the loop thread; when all connections are busy the caller waits its turn.
//
// Every call of the server has a deadline on this side too, a little after its own: a server that
// is frozen, or a network that swallows, cancels nothing. The connection is then given up.
//
// Errors of `transact`, by SQLSTATE: transient/database_unavailable (08, 53, 55, 57, connection
// lost or given up), transient/database_timeout (57014), transient/database_read_only (25006),
// transient/database_conflict (40: run it again), transient/out_of_memory (here, not there),
// conflict/unique_violation (23505), data/database_refused (22, the rest of 23, 21, 44, 54),
// permanent/work_threw (the work did), permanent/database_error (anything else: a bug or a wrong
// schema). `detail` is SQLSTATE and message, never parameters. A commit whose outcome is unknown is
// transient: every effect is guarded by a key, so repeat it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/postgres/transaction.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/task.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::postgres {

struct pool_options {
    std::string url;
    std::string application_name;
    std::size_t connections{4};
    vf::duration statement_timeout{std::chrono::seconds{15}};
    vf::duration connect_timeout{std::chrono::seconds{5}};
    // How long a caller waits for its turn before the answer is transient/database_unavailable.
    vf::duration wait_limit{std::chrono::seconds{30}};
    // Statements separated by semicolons that every connection runs first, such as SET ….
    std::string session_settings{};
    // Every statement commits by itself, in one round trip: for work of a single statement. A
    // connection that was lost while idle is then found out by that statement, which fails.
    bool autocommit{false};
};

class pool {
public:
    pool(runtime::loop& events, const pool_options& options, telemetry::registry& metrics);
    ~pool();
    pool(const pool&) = delete;
    pool& operator=(const pool&) = delete;

    // `work` runs on a pool thread with a `transaction&`, is committed when it returns without a
    // failed statement, and may be void or return a value. It captures by value or by reference to
    // what outlives the call; it is called once.
    template <class Work>
    [[nodiscard]] auto transact(Work work)
        -> runtime::task<result<std::invoke_result_t<Work, transaction&>>> {
        using outcome = std::invoke_result_t<Work, transaction&>;
        if constexpr (std::is_void_v<outcome>) {
            std::function<void(transaction&)> call = [&work](transaction& t) { work(t); };
            co_return co_await run(std::move(call));
        } else {
            std::optional<outcome> value;
            std::function<void(transaction&)> call = [&work, &value](transaction& t) {
                value.emplace(work(t));
            };
            auto ran = co_await run(std::move(call));
            if (!ran) {
                co_return forward(ran);
            }
            co_return std::move(*value);
        }
    }

    // Closes the connections once nothing uses them. Who waits for a turn, and who comes later,
    // gets stopped/pool_closed.
    void close();

private:
    [[nodiscard]] runtime::task<result<void>> run(std::function<void(transaction&)> work);

    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace vf::postgres
