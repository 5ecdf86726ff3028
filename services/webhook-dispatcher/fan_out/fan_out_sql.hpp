// Statements that bring deliveries into being, or back. Pool thread, inside a transaction.
#pragma once

#include <vector>

#include "vf/postgres/transaction.hpp"
#include "webhook-dispatcher/store.hpp"

namespace vf::webhook_dispatcher {

[[nodiscard]] fanned_out fan_out_in(
    postgres::transaction& tx, std::vector<wire::webhook_event> events, duration first_delay
);

[[nodiscard]] std::vector<lane_item> start_again_in(
    postgres::transaction& tx, const std::vector<resend>& resends
);

}  // namespace vf::webhook_dispatcher
