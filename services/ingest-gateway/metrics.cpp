#include "ingest-gateway/metrics.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace vf::ingest_gateway {

namespace {

constexpr std::array all_routes{route_id::users,      route_id::events,        route_id::batch,
                                route_id::users_bulk, route_id::events_bulk,   route_id::postmark,
                                route_id::one_click,  route_id::one_click_page};

std::string name_of(route_id route) {
    switch (route) {
        case route_id::postmark:
            return "postmark";
        case route_id::one_click:
            return "one_click";
        case route_id::one_click_page:
            return "one_click_page";
        default:
            return std::string{std::ranges::find(record_routes, route, &route_traits::id)->name};
    }
}

}  // namespace

metrics::metrics(telemetry::registry& registry)
    : records_accepted{registry.make_counter(
          "vf_ingest_records_accepted_total", "Records acknowledged by the broker"
      )},
      unverified{registry.make_counter(
          "vf_ingest_claims_unsettled_total",
          "Requests published without their Idempotency-Key claimed: the database was away"
      )},
      registry_{registry} {
    for (const auto route : all_routes) {
        seconds_.emplace(
            route, registry_.make_histogram(
                       "vf_ingest_request_seconds", "From a whole request to its answer",
                       telemetry::latency_buckets(), {{"route", name_of(route)}}
                   )
        );
    }
}

void metrics::answered(route_id route, unsigned status, vf::duration took) {
    auto found = requests_.find({route, status});
    if (found == requests_.end()) {
        found = requests_
                    .emplace(
                        std::pair{route, status},
                        registry_.make_counter(
                            "vf_ingest_requests_total", "Requests answered by a handler",
                            {{"route", name_of(route)}, {"status", std::to_string(status)}}
                        )
                    )
                    .first;
    }
    found->second.increment();
    seconds_.at(route).observe(std::chrono::duration<double>(took).count());
}

}  // namespace vf::ingest_gateway
