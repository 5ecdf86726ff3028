// The gateway's SQL. Loop thread.
#pragma once

#include "store.hpp"
#include "vf/postgres/pool.hpp"

namespace vf::ingest_gateway {

class postgres_store final : public store {
public:
    explicit postgres_store(postgres::pool& database) : database_{database} {}

    [[nodiscard]] runtime::task<result<std::optional<domain::project_id>>> find_project(
        std::string key_digest
    ) override;
    [[nodiscard]] runtime::task<result<std::optional<sealed_credentials>>> find_mail_credentials(
        domain::project_id project
    ) override;

private:
    postgres::pool& database_;
};

}  // namespace vf::ingest_gateway
