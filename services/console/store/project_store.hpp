// Projects, their API keys and their Postmark credentials. Pool thread, inside a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "console/store/paging.hpp"
#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::console {

// Requests a second by kind of endpoint; nothing is the gateway's default.
struct project_limits {
    std::optional<std::int64_t> single;
    std::optional<std::int64_t> batch;
    std::optional<std::int64_t> bulk;
};

inline constexpr std::int64_t retention_days_max = 36'500;

struct project_row {
    std::string id;
    std::string name;
    instant created_at{};
    project_limits limits{};
    bool require_idempotency_key{false};
    std::optional<std::int64_t> retention_days{};  // nothing: events are kept for good

    [[nodiscard]] position place() const { return {created_at, id}; }
};

// What is left out stays as it is; a limit or a retention of null is the default again.
struct project_change {
    std::optional<std::string> name;
    std::optional<std::optional<std::int64_t>> single;
    std::optional<std::optional<std::int64_t>> batch;
    std::optional<std::optional<std::int64_t>> bulk;
    std::optional<bool> require_idempotency_key;
    std::optional<std::optional<std::int64_t>> retention_days;
};

struct key_row {
    std::string id;
    std::string project;
    std::string name;
    std::string digest;  // written, never read
    std::string last4;
    instant created_at{};
    std::optional<instant> revoked_at;
    std::optional<instant> last_used_at;  // to the hour

    [[nodiscard]] position place() const { return {created_at, id}; }
};

[[nodiscard]] bool has_project(postgres::transaction& tx, const std::string& id);
void insert_project(postgres::transaction& tx, const project_row& row);
[[nodiscard]] page<project_row> list_projects(
    postgres::transaction& tx, const page_request& paging
);

[[nodiscard]] std::optional<project_row> find_project(
    postgres::transaction& tx, const std::string& id
);
[[nodiscard]] std::optional<project_row> change_project(
    postgres::transaction& tx, const std::string& id, const project_change& change
);

void insert_key(postgres::transaction& tx, const key_row& row);
[[nodiscard]] page<key_row> list_keys(
    postgres::transaction& tx, const std::string& project, const page_request& paging
);
[[nodiscard]] std::optional<key_row> find_key(
    postgres::transaction& tx, const std::string& project, const std::string& id
);
// Whether a key of that digest opens the ingest API now.
[[nodiscard]] bool is_live_key(postgres::transaction& tx, const std::string& digest);
// The first revocation stands. Nothing when the project has no such key.
[[nodiscard]] std::optional<key_row> revoke_key(
    postgres::transaction& tx, const std::string& project, const std::string& id, instant now
);

struct postmark_row {
    std::string project;
    std::string username;
    std::string password_sealed;
};

void put_postmark(postgres::transaction& tx, const postmark_row& row, instant now);

}  // namespace vf::console
