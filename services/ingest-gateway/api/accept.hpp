// Admits a request, claims its Idempotency-Key, publishes its records and answers once the broker
// has acknowledged every one. Loop thread.
#pragma once

#include <optional>
#include <vector>

#include "ingest-gateway/api/plan.hpp"
#include "ingest-gateway/api/replies.hpp"
#include "ingest-gateway/claims/claim_keys.hpp"
#include "ingest-gateway/limits/admit.hpp"
#include "ingest-gateway/limits/broker_health.hpp"
#include "ingest-gateway/limits/quotas.hpp"
#include "ingest-gateway/metrics.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/runtime/task.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/wire/record.hpp"

namespace vf::ingest_gateway {

struct acceptor_dependencies {
    kafka::sink& sink;
    kafka::sink& large_sink;  // over connections of its own
    broker_health& health;
    admission& budget;
    claim_keys& claims;
    quotas& quotas;
    metrics& metrics;
    const clock& now;
    random& randomness;
};

class acceptor {
public:
    explicit acceptor(const acceptor_dependencies& deps) : deps_{deps}, log_{"accept"} {}

    // While the broker takes nothing: before anything of a request is read.
    [[nodiscard]] std::optional<refusal> refuse_early() const;

    [[nodiscard]] runtime::task<outcome> accept_write(planned_write write);
    // One that is larger than usual goes by the large sink, and counts in its budget of bodies
    // only.
    [[nodiscard]] runtime::task<outcome> accept_mail(
        domain::project_id project, wire::record record
    );

private:
    [[nodiscard]] runtime::task<outcome> claim_and_publish(const planned_write& write);
    [[nodiscard]] runtime::task<std::expected<void, refusal>> publish(
        std::vector<wire::record> records
    );
    [[nodiscard]] runtime::task<outcome> publish_large(std::vector<wire::record> records);
    [[nodiscard]] bool goes_to_backfill(const planned_write& write);

    acceptor_dependencies deps_;
    telemetry::logger log_;
};

}  // namespace vf::ingest_gateway
