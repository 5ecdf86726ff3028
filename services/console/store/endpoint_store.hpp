// Endpoints: where a project wants to hear of events. What the dispatcher learnt of one is read
// beside it.
// Pool thread, inside a transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "console/store/paging.hpp"
#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::console {

struct endpoint_row {
    std::string id;
    std::string project;
    std::string url;
    std::vector<std::string> event_types;
    std::string signature;  // "timestamped", "body"
    instant created_at{};
    std::optional<instant> paused_until;
    std::optional<instant> disabled_at;
    std::optional<std::string> disabled_reason;

    [[nodiscard]] position place() const { return {created_at, id}; }
};

void insert_endpoint(
    postgres::transaction& tx, const endpoint_row& row, const std::string& secret_sealed
);
[[nodiscard]] page<endpoint_row> list_endpoints(
    postgres::transaction& tx, const std::string& project, const page_request& paging
);
[[nodiscard]] std::optional<endpoint_row> find_endpoint(
    postgres::transaction& tx, const std::string& project, const std::string& id
);
// False when the project has no such endpoint.
[[nodiscard]] bool delete_endpoint(
    postgres::transaction& tx, const std::string& project, const std::string& id, instant now
);

}  // namespace vf::console
