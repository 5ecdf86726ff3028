// The statements that claim Idempotency-Keys: one at a time for all loops of the process, each for
// all the requests that came, on whichever loop, while the one before it ran. Lives on the main
// loop; `join` is for any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "ingest-gateway/claims/claim_cache.hpp"
#include "ingest-gateway/store.hpp"
#include "vf/base/clock.hpp"
#include "vf/runtime/completion.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::ingest_gateway {

struct claim_settings {
    std::size_t batch_max{4'096};
    std::size_t cached_max{100'000};  // of a loop
    // From one statement to the next, at least: a statement costs the same for two keys as for
    // twenty.
    vf::duration interval_min{std::chrono::milliseconds{2}};
    // How long requests wait for the database, and how long it is left alone after that.
    vf::duration wait_limit{std::chrono::milliseconds{250}};
    vf::duration pause{std::chrono::seconds{1}};
};

struct claim_dependencies {
    runtime::loop& events;
    runtime::task_group& tasks;
    claim_store& store;
    const clock& now;
};

// What a loop has of claims, and where it is woken.
struct loop_claims {
    loop_claims(runtime::loop& own_loop, std::size_t cached_max)
        : events{own_loop},
          completions{runtime::completions::of(own_loop.context())},
          cache{cached_max} {}

    runtime::loop& events;
    runtime::completions& completions;
    claim_cache cache;
};

// The claim of one request on its way. Of its loop, but for the claim itself.
struct claim_request {
    claim_request(const wire::idempotency_claim& own_claim, std::shared_ptr<loop_claims> loop)
        : claim{own_claim}, from{std::move(loop)}, answered{from->completions} {}

    wire::idempotency_claim claim;
    std::shared_ptr<loop_claims> from;
    bool claimed{false};
    runtime::completion answered;
};

class claim_batches {
public:
    claim_batches(const claim_dependencies& deps, const claim_settings& settings)
        : deps_{deps}, settings_{settings} {}

    // The request is answered on its loop, where the cache then has who holds its key, unless the
    // database did not answer. False, and it is not answered, when the database is not to be
    // asked, or enough wait for it already.
    [[nodiscard]] bool join(std::shared_ptr<claim_request> request);

private:
    using requests = std::vector<std::shared_ptr<claim_request>>;

    struct batch {
        explicit batch(runtime::loop& events) : ended{events.context()} {}

        ingest_gateway::claim_batches::requests requests;
        bool claimed{false};
        runtime::signal ended;
    };

    using shared_batch = std::shared_ptr<batch>;

    [[nodiscard]] shared_batch take();
    [[nodiscard]] runtime::task<> run_batches();
    [[nodiscard]] static runtime::task<> run_one(claim_batches* self, shared_batch batch);
    void pause();

    claim_dependencies deps_;
    claim_settings settings_;
    instant last_statement_at_{};
    telemetry::logger log_{"claim_keys"};

    std::mutex mutex_;
    requests next_;
    bool running_{false};
    instant paused_until_{instant::min()};
};

}  // namespace vf::ingest_gateway
