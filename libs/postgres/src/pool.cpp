#include "vf/postgres/pool.hpp"

#include <chrono>
#include <exception>
#include <new>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "session.hpp"
#include "sqlstate.hpp"
#include "transaction_state.hpp"
#include "vf/base/assert.hpp"
#include "vf/runtime/blocking_pool.hpp"
#include "vf/runtime/signal.hpp"

namespace vf::postgres {

namespace {

constexpr std::chrono::milliseconds watch_interval{200};

// vf_postgres_transaction_seconds, one series for each way a transaction ends.
class transaction_times {
public:
    explicit transaction_times(telemetry::registry& metrics)
        : committed_{series(metrics, "committed")},
          transient_{series(metrics, "transient")},
          data_{series(metrics, "data")},
          conflict_{series(metrics, "conflict")},
          permanent_{series(metrics, "permanent")},
          stopped_{series(metrics, "stopped")} {}

    void observe(const result<void>& outcome, std::chrono::duration<double> took) const {
        of(outcome).observe(took.count());
    }

private:
    static telemetry::histogram series(telemetry::registry& metrics, const char* outcome) {
        return metrics.make_histogram(
            "vf_postgres_transaction_seconds",
            "Transactions from their connection to their end, by outcome",
            telemetry::latency_buckets(), {{"outcome", outcome}}
        );
    }

    [[nodiscard]] const telemetry::histogram& of(const result<void>& outcome) const {
        if (outcome) {
            return committed_;
        }
        switch (outcome.error().kind) {
            case failure::transient:
                return transient_;
            case failure::data:
                return data_;
            case failure::conflict:
                return conflict_;
            case failure::permanent:
                return permanent_;
            case failure::stopped:
                return stopped_;
        }
        return permanent_;
    }

    telemetry::histogram committed_;
    telemetry::histogram transient_;
    telemetry::histogram data_;
    telemetry::histogram conflict_;
    telemetry::histogram permanent_;
    telemetry::histogram stopped_;
};

// Nothing that a store's code throws may pass the pool thread. What it throws may be about what it
// works on; that memory runs out is not.
void call(const std::function<void(transaction&)>& work, transaction& tx) {
    try {
        work(tx);
    } catch (const std::bad_alloc&) {
        tx.refuse(out_of_memory());
    } catch (const std::exception& e) {
        tx.refuse({failure::permanent, "work_threw", e.what()});
    } catch (...) {
        tx.refuse({failure::permanent, "work_threw", {}});
    }
}

}  // namespace

struct pool::state : std::enable_shared_from_this<pool::state> {
    state(runtime::loop& events, const pool_options& options, telemetry::registry& metrics)
        : wait_limit{options.wait_limit},
          times{metrics},
          waiting{metrics.make_gauge("vf_postgres_waiting", "Callers waiting for a connection")},
          watch_timer{events.context()},
          turns{events.context(), options.connections} {
        const telemetry::gauge open =
            metrics.make_gauge("vf_postgres_connections", "Open connections to Postgres");
        const session_options common{
            .url = options.url,
            .application_name = options.application_name,
            .statement_timeout = options.statement_timeout,
            .connect_timeout = options.connect_timeout,
            .settings = options.session_settings,
            .autocommit = options.autocommit,
        };
        for (std::size_t i = 0; i < options.connections; ++i) {
            sessions.push_back(std::make_unique<session>(common, [open](int by) { open.add(by); }));
            idle.push_back(sessions.back().get());
        }
        threads.emplace(options.connections);
    }

    // On the loop thread, while a session is in use: ends calls that are over their deadline.
    void watch() {
        if (watching || in_use == 0 || !threads) {
            return;
        }
        watching = true;
        watch_timer.expires_after(watch_interval);
        watch_timer.async_wait([weak = weak_from_this()](boost::system::error_code stopped) {
            const auto self = weak.lock();
            if (self == nullptr || stopped) {
                return;
            }
            self->watching = false;
            const auto now = std::chrono::steady_clock::now();
            for (const auto& each : self->sessions) {
                each->interrupt_when_overdue(now);
            }
            self->watch();
        });
    }

    // On a pool thread.
    result<void> transact(session& connection, const std::function<void(transaction&)>& work)
        const {
        const auto started = std::chrono::steady_clock::now();
        result<void> outcome = attempt(connection, work);
        times.observe(outcome, std::chrono::steady_clock::now() - started);
        return outcome;
    }

    static result<void> attempt(
        session& connection, const std::function<void(transaction&)>& work
    ) {
        if (auto begun = connection.begin(); !begun) {
            return begun;
        }
        transaction::state inner{.session = connection, .failed_with = {}};
        transaction tx{inner};
        call(work, tx);
        if (inner.failed_with) {
            connection.roll_back();
            return std::unexpected(std::move(*inner.failed_with));
        }
        return connection.commit();
    }

    // Waits in line for a connection, to be given back by `release`.
    runtime::task<result<session*>> acquire() {
        waiting.add(1);
        const bool got = co_await turns.acquire(wait_limit);
        waiting.add(-1);
        if (!got) {
            co_return fail(
                failure::transient, "database_unavailable", "no connection became free in time"
            );
        }
        if (closed) {
            turns.release();
            co_return fail(failure::stopped, "pool_closed");
        }
        // The one used last: it is open and its statements are prepared.
        session* const mine = idle.back();
        idle.pop_back();
        ++in_use;
        watch();
        co_return mine;
    }

    void release(session* used) {
        if (closed) {
            used->close();
        }
        idle.push_back(used);
        --in_use;
        turns.release();
    }

    vf::duration wait_limit;
    transaction_times times;
    telemetry::gauge waiting;
    boost::asio::steady_timer watch_timer;
    runtime::permits turns;
    std::vector<std::unique_ptr<session>> sessions;
    std::vector<session*> idle;
    std::optional<runtime::blocking_pool> threads;
    std::size_t in_use{0};
    bool watching{false};
    bool closed{false};
};

pool::pool(runtime::loop& events, const pool_options& options, telemetry::registry& metrics)
    : state_{std::make_shared<state>(events, options, metrics)} {
    VF_ASSERT(options.connections > 0);
}

// Frames that still hold the state die with the loop, perhaps after the registry: what they could
// touch ends here, first the threads. A call under way is cut off: the loop that could end it at
// its deadline waits here.
pool::~pool() {
    close();
    for (const auto& each : state_->sessions) {
        each->interrupt_when_overdue(std::chrono::steady_clock::time_point::max());
    }
    state_->threads.reset();
    state_->sessions.clear();
}

runtime::task<result<void>> pool::run(std::function<void(transaction&)> work) {
    const std::shared_ptr<state> state = state_;
    auto session = co_await state->acquire();
    if (!session) {
        co_return forward(session);
    }
    auto job = [&state, &work, connection = *session] {
        return state->transact(*connection, work);
    };
    auto outcome = co_await state->threads->run(std::move(job));
    // Unless the pool is gone: the loop may run what is left of us after it.
    if (state->threads) {
        state->release(*session);
    }
    co_return outcome;
}

void pool::close() {
    state_->closed = true;
    for (session* const one : state_->idle) {
        one->close();
    }
}

}  // namespace vf::postgres
