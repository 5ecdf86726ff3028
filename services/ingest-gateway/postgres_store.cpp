#include "postgres_store.hpp"

#include <utility>

namespace vf::ingest_gateway {

namespace {

constexpr std::string_view select_project =
    "SELECT project_id FROM api_keys WHERE digest = $1::bytea AND revoked_at IS NULL";

constexpr std::string_view select_credentials =
    "SELECT username, password_sealed FROM postmark_credentials WHERE project_id = $1";

}  // namespace

runtime::task<result<std::optional<domain::project_id>>> postgres_store::find_project(
    std::string key_digest
) {
    using answer = std::optional<domain::project_id>;
    auto work = [&key_digest](postgres::transaction& t) -> answer {
        const auto found = t.query(select_project, postgres::params{}.bytes(key_digest));
        return found.empty() ? answer{} : answer{domain::project_id{found.front().text(0)}};
    };
    co_return co_await database_.transact(std::move(work));
}

runtime::task<result<std::optional<sealed_credentials>>> postgres_store::find_mail_credentials(
    domain::project_id project
) {
    using answer = std::optional<sealed_credentials>;
    auto work = [&project](postgres::transaction& t) -> answer {
        const auto found = t.query(select_credentials, postgres::params{}.text(project.text));
        if (found.empty()) {
            return {};
        }
        return sealed_credentials{found.front().text(0), found.front().bytes(1)};
    };
    co_return co_await database_.transact(std::move(work));
}

}  // namespace vf::ingest_gateway
