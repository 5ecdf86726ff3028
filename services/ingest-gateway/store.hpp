// What the gateway reads of the console's tables. Loop thread. Errors are those of the database;
// something that is not there is an answer.
#pragma once

#include <optional>
#include <string>

#include "vf/base/error.hpp"
#include "vf/domain/ids.hpp"
#include "vf/runtime/task.hpp"

namespace vf::ingest_gateway {

struct sealed_credentials {
    std::string username;
    std::string password_sealed;
};

class store {
public:
    virtual ~store() = default;

    // The project of a key that is not revoked, by the key's digest.
    [[nodiscard]] virtual runtime::task<result<std::optional<domain::project_id>>> find_project(
        std::string key_digest
    ) = 0;

    [[nodiscard]] virtual runtime::task<result<std::optional<sealed_credentials>>>
    find_mail_credentials(domain::project_id project) = 0;
};

}  // namespace vf::ingest_gateway
