// The audit: who did what to which resource, and why. Written in the transaction of the write
// itself. Pool thread, inside a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "console/store/paging.hpp"
#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::console {

struct audit_entry {
    std::string actor;
    std::string action;  // "endpoint.create"
    std::string target;  // the id of the resource
    std::optional<std::string> reason;
    std::string detail{"{}"};  // a JSON object; never a secret
};

struct audit_row {
    std::int64_t id{0};
    instant timestamp{};
    audit_entry entry;

    [[nodiscard]] position place() const { return {timestamp, std::to_string(id)}; }
};

void write_audit(postgres::transaction& tx, const audit_entry& entry, instant now);

// Newest first.
[[nodiscard]] page<audit_row> list_audit(
    postgres::transaction& tx, const std::optional<std::string>& target, const page_request& paging
);

}  // namespace vf::console
