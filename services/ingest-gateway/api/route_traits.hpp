// The routes of the public API that take records, in one table: path, limits, metric label. What
// each takes is in parse/parse_request.cpp. Core.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "vf/domain/limits.hpp"

namespace vf::ingest_gateway {

enum class route_id {
    users,
    events,
    batch,
    users_bulk,
    events_bulk,
    postmark,
    one_click,
    one_click_page
};

// Limits on requests a second are set for each of these.
enum class rate_kind { single, batch, bulk };

struct route_traits {
    route_id id;
    std::string_view name;  // the label "route" of its metrics
    std::string_view path;
    std::size_t body_max;
    rate_kind rate;
};

inline constexpr std::array record_routes{
    route_traits{
        route_id::users, "users", "/api/v1/users", domain::limits::single_body_bytes,
        rate_kind::single
    },
    route_traits{
        route_id::events, "events", "/api/v1/events", domain::limits::single_body_bytes,
        rate_kind::single
    },
    route_traits{
        route_id::batch, "batch", "/api/v1/events/batch", domain::limits::batch_body_bytes,
        rate_kind::batch
    },
    route_traits{
        route_id::users_bulk, "users_bulk", "/api/v1/users/bulk", domain::limits::batch_body_bytes,
        rate_kind::bulk
    },
    route_traits{
        route_id::events_bulk, "events_bulk", "/api/v1/events/bulk",
        domain::limits::batch_body_bytes, rate_kind::bulk
    },
};

}  // namespace vf::ingest_gateway
