#include "ingest-gateway/metrics.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace vf::ingest_gateway {

namespace {

constexpr std::array all_doors{door::users,      door::events,      door::batch,
                               door::users_bulk, door::events_bulk, door::postmark};

std::string name_of(door at) {
    const auto found = std::ranges::find(record_doors, at, &door_traits::at);
    return std::string{found == record_doors.end() ? "postmark" : found->name};
}

}  // namespace

metrics::metrics(telemetry::registry& registry)
    : records_accepted{registry.make_counter(
          "vf_ingest_records_accepted_total", "Records acknowledged by the broker"
      )},
      unsettled{registry.make_counter(
          "vf_ingest_claims_unsettled_total",
          "Requests published without their Idempotency-Key claimed: the database was away"
      )},
      registry_{registry} {
    for (const auto at : all_doors) {
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
