// What the pipeline holds of a project: users and events. Read only, others write them. Pool
// thread, inside a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "console/store/paging.hpp"
#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::console {

struct user_row {
    std::string external_user_id;
    std::optional<std::string> email;
    std::optional<std::string> name;
    std::string traits;  // a JSON object
    std::string stage;
    instant first_seen_at{};
    instant last_seen_at{};
    bool subscribed{true};
    std::string status{"active"};
    std::optional<instant> paused_until{};  // nothing: for good, or not paused

    [[nodiscard]] position place() const { return {{}, external_user_id}; }
};

struct event_row {
    std::string project;
    std::string record;  // uuid
    std::string external_user_id;
    std::string name;
    std::string properties;  // the customer's JSON, verbatim
    instant occurred_at{};
    instant received_at{};
    std::optional<instant> attached_at;

    [[nodiscard]] position place() const { return {received_at, record}; }
};

[[nodiscard]] std::optional<user_row> find_user(
    postgres::transaction& tx, const std::string& project, const std::string& external_user_id
);
// The number of the user's row: what the house calls somebody whom it may not name.
[[nodiscard]] std::optional<std::int64_t> find_user_id(
    postgres::transaction& tx, const std::string& project, const std::string& external_user_id
);
[[nodiscard]] page<user_row> list_users(
    postgres::transaction& tx, const std::string& project, const page_request& paging
);

struct event_filter {
    std::optional<std::string> external_user_id;
    std::optional<std::string> name;
};

[[nodiscard]] page<event_row> list_events(
    postgres::transaction& tx, const std::string& project, const event_filter& filter,
    const page_request& paging
);
// In whichever project; `record` is a uuid.
[[nodiscard]] std::optional<event_row> find_event(
    postgres::transaction& tx, const std::string& record
);

}  // namespace vf::console
