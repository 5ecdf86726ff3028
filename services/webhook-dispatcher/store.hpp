// What the dispatcher asks of its database. Called from the loop thread. Errors are those of
// vf/postgres/pool.hpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/runtime/task.hpp"
#include "vf/wire/messages.hpp"
#include "webhook-dispatcher/delivery.hpp"
#include "webhook-dispatcher/lanes/lanes.hpp"

namespace vf::webhook_dispatcher {

struct fanned_out {
    // One for each delivery of the events that is pending, new or not.
    std::vector<wire::delivery_nudge> nudges;
    std::size_t parked{0};
};

struct resend {
    std::string id;
    domain::delivery_id delivery;
};

struct due_delivery {
    lane_item item;
    instant due_at{};
};

// Where a sweep goes on.
struct sweep_cursor {
    instant due_at{instant::min()};
    std::string delivery;
};

class store {
public:
    virtual ~store() = default;

    // Keeps the events that are new and makes their deliveries, the first attempt `first_delay`
    // from now. What was fanned out before stays as it was decided then.
    [[nodiscard]] virtual runtime::task<result<fanned_out>> fan_out_new(
        std::vector<wire::webhook_event> events, duration first_delay
    ) = 0;

    // Starts deliveries again, once for each id of a resend, and answers those that did.
    [[nodiscard]] virtual runtime::task<result<std::vector<lane_item>>> start_again(
        std::vector<resend> resends
    ) = 0;

    // Leases those that are due, that nobody else has, and whose endpoint is not paused.
    [[nodiscard]] virtual runtime::task<result<std::vector<leased_delivery>>> lease(
        std::vector<domain::delivery_id> deliveries, std::string token
    ) = 0;
    // Gives back what was leased under the token and never tried.
    [[nodiscard]] virtual runtime::task<result<void>> release(std::string token) = 0;
    // Writes attempts and next states together; answers those whose lease was lost, of which
    // nothing was written.
    [[nodiscard]] virtual runtime::task<result<std::vector<domain::delivery_id>>> record_outcomes(
        std::vector<outcome> outcomes
    ) = 0;

    // Deliveries that are due, after the cursor, oldest first, without endpoints in `full`.
    [[nodiscard]] virtual runtime::task<result<std::vector<due_delivery>>> due(
        sweep_cursor after, std::vector<std::string> full, std::size_t most
    ) = 0;
    [[nodiscard]] virtual runtime::task<result<duration>> oldest_due() = 0;

    [[nodiscard]] virtual runtime::task<result<std::vector<dead_delivery>>> unpublished_dead(
        std::size_t most
    ) = 0;
    [[nodiscard]] virtual runtime::task<result<void>> mark_published(std::vector<dead_delivery> dead
    ) = 0;
};

}  // namespace vf::webhook_dispatcher
