// The outcome of a request, as the response that the contract promises. Core.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest-gateway/limits/quotas.hpp"
#include "vf/http/message.hpp"
#include "vf/wire/customer_json.hpp"

namespace vf::ingest_gateway {

enum class reply_code {
    bad_request,
    auth_required,
    payload_too_large,
    validation_failed,
    idempotency_key_reuse,
    rate_limited,
    backfill_queue_full,
    unavailable,
    server_error,
};

// One entry of `errors` for each fault, at least one.
struct refusal {
    reply_code code{reply_code::server_error};
    std::vector<wire::fault> faults;
    std::string_view challenge{"Bearer"};  // of a 401
    std::size_t retry_after_seconds{1};    // of a 429 and a 503
};

[[nodiscard]] refusal refuse(reply_code code, std::string message, std::string field = {});
// 422 for one fault.
[[nodiscard]] refusal invalid(wire::fault fault);

// A record of a bulk request that was not taken.
struct rejected_record {
    std::size_t index;
    wire::fault fault;
};

// Records acknowledged by the broker.
struct acceptance {
    std::size_t records{0};
    std::vector<rejected_record> rejected;
};

using outcome = std::expected<acceptance, refusal>;

enum class success_kind { accepted, bulk, mail };

[[nodiscard]] unsigned status_of(reply_code code);
[[nodiscard]] http::response reply(const outcome& outcome, success_kind kind);
// Does nothing for a project without a limit.
void add_rate_headers(http::response& response, const rate_limit_status& rate);

// The envelope of a fault that the server found itself.
[[nodiscard]] std::string fault_body(
    unsigned status, std::string_view code, std::string_view message
);

}  // namespace vf::ingest_gateway
