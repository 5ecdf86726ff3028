// Whose request this is. A revoked key stops working within five seconds everywhere; while the
// database is away, what it said of a key goes on for as long as `outage` allows, also over a
// restart. Loop thread.
#pragma once

#include <expected>

#include "ingest-gateway/api/replies.hpp"
#include "ingest-gateway/auth/credentials.hpp"
#include "ingest-gateway/auth/key_uses.hpp"
#include "ingest-gateway/auth/read_through_cache.hpp"
#include "ingest-gateway/auth/seen_keys.hpp"
#include "ingest-gateway/generation_map.hpp"
#include "ingest-gateway/store.hpp"
#include "vf/crypto/sealed_secret.hpp"
#include "vf/domain/ids.hpp"
#include "vf/http/message.hpp"
#include "vf/runtime/task.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::ingest_gateway {

struct authenticator_dependencies {
    ingest_gateway::store& store;
    const crypto::master_key& master_key;
    key_uses& uses;
    seen_keys& seen;
};

class authenticator {
public:
    using customer_result = std::expected<customer, refusal>;
    using provider_result = std::expected<domain::project_id, refusal>;

    // Notes in `seen` what it reads, and takes from there what others have read.
    authenticator(
        const authenticator_dependencies& deps, const cache_dependencies& cache, vf::duration outage
    );

    // By API key, when the cache has it and it was read a moment ago: then there is nothing to wait
    // for, and the key is not hashed. Null says nothing. Until the next call.
    [[nodiscard]] const customer* find_fresh(const http::headers& headers);
    // By API key. 401 when there is none, or it is malformed, unknown or revoked.
    [[nodiscard]] runtime::task<customer_result> by_key(const http::headers& headers);
    // The mail provider, by the project in the path. Whatever else it shows is 401: a 403 would
    // stop its retries for good.
    [[nodiscard]] runtime::task<provider_result> by_password(
        const http::headers& headers, domain::project_id project
    );

private:
    using read_customers = result<read_through_cache<customer>::found_values>;
    using read_providers = result<read_through_cache<basic_credentials>::found_values>;

    [[nodiscard]] runtime::task<read_customers> read_keys(std::vector<std::string> digests);
    [[nodiscard]] runtime::task<read_providers> read_passwords(std::vector<std::string> projects);
    // Nothing where it was sealed under another key, for another project.
    [[nodiscard]] std::optional<basic_credentials> open(
        const std::string& project, sealed_credentials sealed
    );

    static constexpr std::size_t digests_max = 10'000;

    authenticator_dependencies deps_;
    const clock& clock_;
    read_through_cache<customer> keys_;
    // Of keys that were found, by the value of their header.
    generation_map<std::string, std::string> digests_{digests_max};
    read_through_cache<basic_credentials> passwords_;
    telemetry::logger log_;
};

}  // namespace vf::ingest_gateway
