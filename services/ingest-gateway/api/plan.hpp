// From a request to what it asks to have written, and from that to the records. Core.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "ingest-gateway/api/replies.hpp"
#include "ingest-gateway/api/route_traits.hpp"
#include "ingest-gateway/auth/customer.hpp"
#include "ingest-gateway/parse/incoming_record.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/http/message.hpp"
#include "vf/wire/record.hpp"

namespace vf::ingest_gateway {

// Refers to the request it came from.
struct planned_write {
    domain::project_id project;
    std::string_view path;
    std::optional<std::string> key;
    std::optional<wire::idempotency_claim> claim;  // of the key
    incoming what;
    bool backfill{false};  // bulk, or marked historical: behind the live traffic
    std::size_t bytes{0};  // of the body
};

using planned_writes = std::expected<planned_write, refusal>;

[[nodiscard]] planned_writes plan_write(
    const route_traits& route, const customer& who, const http::request& request, instant now
);

struct publish_options {
    std::string_view topic;
    bool claimed{true};  // false: the claim goes with the records
    instant now{};
};

[[nodiscard]] std::vector<wire::record> records_of(
    const planned_write& write, const publish_options& how, random& randomness
);

using planned_mail = std::expected<std::vector<wire::record>, refusal>;

[[nodiscard]] planned_mail plan_mail(
    const domain::project_id& project, const http::request& request, instant now
);

}  // namespace vf::ingest_gateway
