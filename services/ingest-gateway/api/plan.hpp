// From a request to the write it asks for, and from that to the records to publish. Core.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest-gateway/api/replies.hpp"
#include "ingest-gateway/api/route_traits.hpp"
#include "ingest-gateway/auth/customer.hpp"
#include "ingest-gateway/parse/parse_request.hpp"
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
    parsed_request content;
    bool backfill{false};  // bulk, or marked historical: behind the live traffic
    std::size_t bytes{0};  // of the body
};

[[nodiscard]] std::expected<planned_write, refusal> plan_write(
    const route_traits& route, const customer& customer, const http::request& request, instant now
);

struct publish_options {
    std::string_view topic;
    bool claimed{true};  // false: the claim goes with the records
    instant received_at{};
};

[[nodiscard]] std::vector<wire::record> records_of(
    const planned_write& write, const publish_options& options, random& randomness
);

// Whatever the provider sent.
[[nodiscard]] wire::record plan_mail(
    const domain::project_id& project, std::string_view body, instant now
);

}  // namespace vf::ingest_gateway
