// Keys and credentials in memory, and a database that can be away.
#pragma once

#include <map>
#include <string>

#include "store.hpp"

namespace vf::ingest_gateway {

class memory_store final : public store {
public:
    [[nodiscard]] runtime::task<result<std::optional<domain::project_id>>> find_project(
        std::string key_digest
    ) override {
        ++reads;
        if (away) {
            co_return fail(failure::transient, "database_unavailable");
        }
        const auto found = projects.find(key_digest);
        co_return found == projects.end() ? std::optional<domain::project_id>{}
                                          : std::optional{found->second};
    }

    [[nodiscard]] runtime::task<result<std::optional<sealed_credentials>>> find_mail_credentials(
        domain::project_id project
    ) override {
        ++reads;
        if (away) {
            co_return fail(failure::transient, "database_unavailable");
        }
        const auto found = credentials.find(project.text);
        co_return found == credentials.end() ? std::optional<sealed_credentials>{}
                                             : std::optional{found->second};
    }

    std::map<std::string, domain::project_id> projects;  // by digest
    std::map<std::string, sealed_credentials> credentials;
    bool away{false};
    int reads{0};
};

}  // namespace vf::ingest_gateway
