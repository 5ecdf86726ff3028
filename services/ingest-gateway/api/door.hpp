// The doors of the public API, and what tells them apart: one table. Core.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "vf/domain/limits.hpp"

namespace vf::ingest_gateway {

enum class door { users, events, batch, users_bulk, events_bulk, postmark };

// What a project may ask a second is set for each of these.
enum class rate_kind { single, batch, bulk };

struct door_traits {
    door at;
    std::string_view name;  // the label "route" of its metrics
    std::string_view path;
    std::size_t body_max;
    rate_kind rate;
};

inline constexpr std::array record_doors{
    door_traits{
        door::users, "users", "/api/v1/users", domain::limits::single_body_bytes, rate_kind::single
    },
    door_traits{
        door::events, "events", "/api/v1/events", domain::limits::single_body_bytes,
        rate_kind::single
    },
    door_traits{
        door::batch, "batch", "/api/v1/events/batch", domain::limits::batch_body_bytes,
        rate_kind::batch
    },
    door_traits{
        door::users_bulk, "users_bulk", "/api/v1/users/bulk", domain::limits::batch_body_bytes,
        rate_kind::bulk
    },
    door_traits{
        door::events_bulk, "events_bulk", "/api/v1/events/bulk", domain::limits::batch_body_bytes,
        rate_kind::bulk
    },
};

}  // namespace vf::ingest_gateway
