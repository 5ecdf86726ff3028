// What a request came to, as the response the contract promises. Core.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "vf/http/message.hpp"
#include "vf/wire/customer_json.hpp"

namespace vf::ingest_gateway {

enum class reply_code {
    bad_request,
    auth_required,
    payload_too_large,
    validation_failed,
    unavailable,
    server_error,
};

// One entry of `errors` for each fault, at least one.
struct refusal {
    reply_code code{reply_code::server_error};
    std::vector<wire::fault> faults;
    std::string_view challenge{"Bearer"};  // of a 401
};

[[nodiscard]] refusal refuse(reply_code code, std::string message, std::string field = {});

// What was taken, broker-acked.
struct acceptance {
    std::size_t records{0};
};

using outcome = std::expected<acceptance, refusal>;

[[nodiscard]] unsigned status_of(reply_code code);
[[nodiscard]] http::response reply(const outcome& came_to, unsigned success_status);

// The envelope of a fault that the server found itself.
[[nodiscard]] std::string fault_body(
    unsigned status, std::string_view code, std::string_view message
);

}  // namespace vf::ingest_gateway
