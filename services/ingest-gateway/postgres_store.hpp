// The gateway's SQL. Loop thread.
#pragma once

#include <string_view>

#include "ingest-gateway/config.hpp"
#include "ingest-gateway/store.hpp"
#include "vf/postgres/pool.hpp"

namespace vf::ingest_gateway {

// A claim that a crash of Postgres takes back loses a 422, never an effect. Probes are right at any
// size of table; planned for an empty one they would be scans.
inline constexpr std::string_view claim_settings_of_session =
    "SET synchronous_commit = off; SET plan_cache_mode = force_generic_plan;"
    " SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off";

// For look-ups of one loop, and for the claims of all.
[[nodiscard]] postgres::pool_options look_up_pool_options(const settings& settings);
[[nodiscard]] postgres::pool_options claim_pool_options(const settings& settings);

class postgres_store final : public store {
public:
    explicit postgres_store(postgres::pool& database) : database_{database} {}

    [[nodiscard]] runtime::task<result<found_customers>> find_customers(
        std::vector<std::string> key_digests
    ) override;
    [[nodiscard]] runtime::task<result<found_credentials>> find_mail_credentials(
        std::vector<std::string> projects
    ) override;
    [[nodiscard]] runtime::task<result<void>> record_key_uses(
        std::vector<std::string> key_ids, instant used_at
    ) override;

private:
    postgres::pool& database_;
};

class postgres_claims final : public claim_store {
public:
    // `database` commits each statement by itself, under the settings above.
    explicit postgres_claims(postgres::pool& database) : database_{database} {}

    [[nodiscard]] runtime::task<result<std::vector<held_claim>>> claim(
        std::vector<wire::idempotency_claim> claims
    ) override;

private:
    postgres::pool& database_;
};

}  // namespace vf::ingest_gateway
