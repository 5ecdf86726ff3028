#include "metrics.hpp"

namespace vf::normaliser {

namespace {

telemetry::counter records(telemetry::registry& registry, const char* outcome) {
    return registry.make_counter(
        "vf_normaliser_records_total", "Ingest records by what became of them",
        {{"outcome", outcome}}
    );
}

telemetry::counter mail(telemetry::registry& registry, const char* outcome) {
    return registry.make_counter(
        "vf_normaliser_mail_total", "Mail notices by what became of them", {{"outcome", outcome}}
    );
}

}  // namespace

metrics::metrics(telemetry::registry& registry)
    : users{records(registry, "user")},
      events{records(registry, "event")},
      repeats{records(registry, "repeat")},
      quarantined{records(registry, "quarantined")},
      attached{registry.make_counter(
          "vf_normaliser_attached_total", "Events that waited for their user and were attached"
      )},
      mail_told{mail(registry, "webhook")},
      mail_quarantined{mail(registry, "quarantined")},
      deliveries_ignored{registry.make_counter(
          "vf_mail_ignored_total", "Mail notices that change nothing", {{"kind", "Delivery"}}
      )} {}

}  // namespace vf::normaliser
