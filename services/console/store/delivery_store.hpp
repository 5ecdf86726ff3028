// Webhook events, their deliveries and attempts: the dispatcher writes them, here they are read.
// Pool thread, inside a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "console/store/paging.hpp"
#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::console {

struct delivery_row {
    std::string id;
    std::string project;
    std::string event;
    std::string endpoint;
    std::string type;
    std::string state;
    std::int64_t attempts{0};
    std::int64_t run{1};
    std::optional<instant> next_attempt_at;
    instant created_at{};
    std::optional<instant> settled_at;

    [[nodiscard]] position place() const { return {created_at, id}; }
};

struct attempt_row {
    std::int64_t run{1};
    std::int64_t attempt{1};
    instant started_at{};
    std::int64_t took_microseconds{0};
    std::string outcome;
    std::optional<std::int64_t> status;
    std::optional<std::string> error;
    std::optional<std::string> address;
    std::optional<std::string> response_body;
};

struct webhook_event_row {
    std::string id;
    std::string project;
    std::string type;
    std::string body;
    instant created_at{};
};

struct delivery_filter {
    std::optional<std::string> event;
    std::optional<std::string> endpoint;
    std::optional<std::string> state;
};

[[nodiscard]] page<delivery_row> list_deliveries(
    postgres::transaction& tx, const std::string& project, const delivery_filter& filter,
    const page_request& paging
);
[[nodiscard]] std::optional<delivery_row> find_delivery(
    postgres::transaction& tx, const std::string& id
);
// In the order in which they happened.
[[nodiscard]] std::vector<attempt_row> attempts_of(
    postgres::transaction& tx, const std::string& delivery
);
[[nodiscard]] std::optional<webhook_event_row> find_webhook_event(
    postgres::transaction& tx, const std::string& id
);
[[nodiscard]] std::vector<delivery_row> deliveries_of(
    postgres::transaction& tx, const std::string& event
);

}  // namespace vf::console
