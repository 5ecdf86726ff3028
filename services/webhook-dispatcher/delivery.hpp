// What the folders of the dispatcher hand each other about a delivery. Pure data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vf/base/clock.hpp"
#include "vf/domain/endpoint.hpp"
#include "vf/domain/ids.hpp"
#include "webhook-dispatcher/attempt/decide.hpp"

namespace vf::webhook_dispatcher {

// `gone`: it answered 410 once. `deleted`: the project took it away.
enum class endpoint_condition { open, gone, deleted };

// A delivery that is ours to attempt until its lease ends.
struct leased_delivery {
    domain::delivery_id id;
    domain::endpoint_id endpoint;
    std::string token;  // whoever holds another one has lost the lease
    std::uint32_t attempts{0};
    std::uint32_t run{1};
    std::string body;
    std::string url;
    domain::signature_form form{domain::signature_form::timestamped};
    std::string secret_sealed;
    std::optional<std::string> previous_secret_sealed;
    std::optional<instant> previous_until;
    endpoint_condition condition{endpoint_condition::open};
};

// One attempt as it is kept.
struct attempt_row {
    instant started_at{};
    duration took{};
    std::string outcome;  // delivered, retry, dead
    std::optional<std::int64_t> status;
    std::optional<std::string> error;
    std::optional<std::string> address;
    std::optional<std::string> response_body;
};

// Everything that is written together after a lease.
struct outcome {
    domain::delivery_id id;
    domain::endpoint_id endpoint;
    std::string token;
    std::uint32_t run{1};
    std::uint32_t attempts{0};  // with this one
    next_step next;
    std::optional<attempt_row> attempt;  // none when nothing was tried
    std::optional<instant> pause_until;
    std::optional<std::string> put_off;  // the fault of ours that left it untried
    bool endpoint_gone{false};           // it answered 410
    bool endpoint_back{false};           // it was gone, and answered 2xx to a resend
};

// A dead delivery whose dead letter is not published yet.
struct dead_delivery {
    domain::delivery_id id;
    domain::project_id project;
    domain::event_id event;
    domain::endpoint_id endpoint;
    std::uint32_t attempts{0};
    std::uint32_t run{1};
    instant died_at{};
    // The last attempt of the run, when there was one.
    std::optional<std::string> last_outcome;
    std::optional<std::int64_t> last_status;
    std::optional<std::string> last_error;
};

}  // namespace vf::webhook_dispatcher
