// An authenticated request to the records it puts on the topics, or the refusal. Core: the one
// place where the checks of a request stand in order.
#pragma once

#include <expected>
#include <vector>

#include "metrics.hpp"
#include "replies.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/domain/ids.hpp"
#include "vf/http/message.hpp"
#include "vf/wire/record.hpp"

namespace vf::ingest_gateway {

using planned_records = std::expected<std::vector<wire::record>, refusal>;

struct moment {
    instant now;
    random& randomness;
};

[[nodiscard]] planned_records plan_records(
    door at, const domain::project_id& project, const http::request& asked, const moment& when
);
[[nodiscard]] planned_records plan_mail(
    const domain::project_id& project, const http::request& asked, instant now
);

}  // namespace vf::ingest_gateway
