// Projects, their API keys and their Postmark credentials. Pool thread, inside a transaction.
#pragma once

#include <optional>
#include <string>

#include "paging.hpp"
#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::console {

struct project_row {
    std::string id;
    std::string name;
    instant created_at{};

    [[nodiscard]] position place() const { return {created_at, id}; }
};

struct key_row {
    std::string id;
    std::string project;
    std::string name;
    std::string digest;  // written, never read
    std::string last4;
    instant created_at{};
    std::optional<instant> revoked_at;

    [[nodiscard]] position place() const { return {created_at, id}; }
};

[[nodiscard]] bool has_project(postgres::transaction& in, const std::string& id);
void insert_project(postgres::transaction& in, const project_row& row);
[[nodiscard]] slice<project_row> list_projects(postgres::transaction& in, const page& wanted);

void insert_key(postgres::transaction& in, const key_row& row);
[[nodiscard]] slice<key_row> list_keys(
    postgres::transaction& in, const std::string& project, const page& wanted
);
// The first revocation stands. Nothing when the project has no such key.
[[nodiscard]] std::optional<key_row> revoke_key(
    postgres::transaction& in, const std::string& project, const std::string& id, instant now
);

struct postmark_row {
    std::string project;
    std::string username;
    std::string password_sealed;
};

void put_postmark(postgres::transaction& in, const postmark_row& row, instant now);

}  // namespace vf::console
