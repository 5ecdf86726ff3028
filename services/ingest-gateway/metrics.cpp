#include "metrics.hpp"

#include <string>

#include "vf/base/assert.hpp"

namespace vf::ingest_gateway {

namespace {

std::string name_of(door at) {
    switch (at) {
        case door::users:
            return "users";
        case door::events:
            return "events";
        case door::batch:
            return "batch";
        case door::postmark:
            return "postmark";
    }
    VF_ASSERT(false);
}

}  // namespace

metrics::metrics(telemetry::registry& registry)
    : records_accepted{registry.make_counter(
          "vf_ingest_records_accepted_total", "Records acknowledged by the broker"
      )},
      registry_{registry} {
    for (const auto at : {door::users, door::events, door::batch, door::postmark}) {
        seconds_.emplace(
            at, registry_.make_histogram(
                    "vf_ingest_request_seconds", "From a whole request to its answer",
                    telemetry::latency_buckets(), {{"route", name_of(at)}}
                )
        );
    }
}

void metrics::answered(door at, unsigned status, vf::duration took) {
    auto found = requests_.find({at, status});
    if (found == requests_.end()) {
        found = requests_
                    .emplace(
                        std::pair{at, status},
                        registry_.make_counter(
                            "vf_ingest_requests_total", "Requests answered by a handler",
                            {{"route", name_of(at)}, {"status", std::to_string(status)}}
                        )
                    )
                    .first;
    }
    found->second.increment();
    seconds_.at(at).observe(std::chrono::duration<double>(took).count());
}

}  // namespace vf::ingest_gateway
