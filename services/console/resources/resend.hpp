// Sends a delivery again: a nudge with a resend id of its own, published and acknowledged. Used by
// the routes of deliveries and of dead letters.
#pragma once

#include <string>

#include "console/api/api_context.hpp"
#include "console/store/delivery_store.hpp"

namespace vf::console {

// {"reason"}, required. Pure.
[[nodiscard]] api_result<std::string> parse_reason(std::string text);

struct resend_request {
    delivery_row delivery;
    std::string actor;
    std::string reason;
};

// 202 {"data":{"id","resend_id"}}. The audit comes before the publish, the mark of the dead letters
// after its acknowledgement: an answer of 503 may be repeated, the receiver then sees the same
// event id twice.
[[nodiscard]] runtime::task<api_result<http::response>> resend(
    api_context& context, resend_request request
);

}  // namespace vf::console
