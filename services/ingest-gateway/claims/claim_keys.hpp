// Claims Idempotency-Keys before anything is published. One statement at a time a loop, for all the
// requests that came while the one before it ran. A database that does not answer holds nobody up:
// the request is published with its claim unverified, and the normaliser claims the key. Loop
// thread.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "ingest-gateway/claims/claim_cache.hpp"
#include "ingest-gateway/store.hpp"
#include "vf/base/clock.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::ingest_gateway {

enum class claim_verdict {
    held,        // the key is this request's: publish
    answered,    // every record has been acknowledged before: nothing to do
    conflict,    // another body holds the key
    unverified,  // the database is away: publish with the claim
};

struct claim_settings {
    std::size_t batch_max{4'096};
    std::size_t cached_max{100'000};
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
    store& store;
    const clock& now;
};

class claim_keys {
public:
    claim_keys(const claim_dependencies& deps, const claim_settings& settings)
        : deps_{deps}, settings_{settings}, cache_{settings.cached_max} {}

    [[nodiscard]] runtime::task<claim_verdict> claim(wire::idempotency_claim claim);

    // Every record of the request that holds this claim is safe.
    void acknowledged(const wire::idempotency_claim& claim);

private:
    // The requests of one statement.
    struct batch {
        explicit batch(runtime::loop& events) : done{events.context()} {}

        std::vector<wire::idempotency_claim> claims;  // each key once
        bool claimed{false};
        runtime::signal done;
    };

    using shared_batch = std::shared_ptr<batch>;

    [[nodiscard]] std::optional<claim_verdict> find_cached(const wire::idempotency_claim& claim);
    [[nodiscard]] shared_batch join(const wire::idempotency_claim& claim);
    [[nodiscard]] runtime::task<> run_batches();
    [[nodiscard]] static runtime::task<> run_one(
        claim_keys* self, shared_batch batch, std::shared_ptr<runtime::signal> ended
    );

    claim_dependencies deps_;
    claim_settings settings_;
    claim_cache cache_;
    shared_batch next_;
    bool running_{false};
    instant last_statement_at_{};
    instant paused_until_{instant::min()};
    telemetry::logger log_{"claim_keys"};
};

}  // namespace vf::ingest_gateway
