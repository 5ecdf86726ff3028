// Whose API key it is, and what the project has set for itself. Pure data.
#pragma once

#include <optional>
#include <string>

#include "ingest-gateway/api/route_traits.hpp"
#include "vf/domain/ids.hpp"

namespace vf::ingest_gateway {

// Requests a second for each kind of route.
struct rate_limits {
    std::optional<double> single;
    std::optional<double> batch;
    std::optional<double> bulk;

    [[nodiscard]] std::optional<double> of(rate_kind kind) const {
        switch (kind) {
            case rate_kind::single:
                return single;
            case rate_kind::batch:
                return batch;
            case rate_kind::bulk:
                break;
        }
        return bulk;
    }

    friend bool operator==(const rate_limits&, const rate_limits&) = default;
};

struct customer {
    domain::project_id project;
    std::string key_id;
    rate_limits own_limits;    // what is not set is as configured
    bool key_required{false};  // refuses single and batch writes without an Idempotency-Key
};

}  // namespace vf::ingest_gateway
