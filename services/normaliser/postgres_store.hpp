// The normaliser's store over Postgres; the SQL is beside what it is for (ingest, users, facts,
// mail). Loop thread.
#pragma once

#include "normaliser/store.hpp"
#include "normaliser/users/zone_names.hpp"
#include "vf/postgres/pool.hpp"

namespace vf::normaliser {

class postgres_store final : public store {
public:
    explicit postgres_store(postgres::pool& database) : database_{database} {}

    [[nodiscard]] runtime::task<result<std::vector<domain::project_id>>> find_projects(
        std::vector<domain::project_id> projects
    ) override;
    [[nodiscard]] runtime::task<result<ingest_written>> write(ingest_batch batch, instant now)
        override;
    [[nodiscard]] runtime::task<result<std::vector<settled_mail>>> settle_mail(
        std::vector<mail_notice> notices, mail_policy policy, instant now
    ) override;

private:
    postgres::pool& database_;
    zone_names zones_;
};

}  // namespace vf::normaliser
