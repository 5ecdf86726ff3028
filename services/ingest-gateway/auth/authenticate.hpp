// Whose request this is. A revoked key stops working within five seconds everywhere; a database
// that is away stops nobody who was known before. Loop thread.
#pragma once

#include <expected>

#include "ingest-gateway/api/replies.hpp"
#include "ingest-gateway/auth/credentials.hpp"
#include "ingest-gateway/auth/key_uses.hpp"
#include "ingest-gateway/auth/read_through_cache.hpp"
#include "ingest-gateway/store.hpp"
#include "vf/crypto/sealed_secret.hpp"
#include "vf/domain/ids.hpp"
#include "vf/http/message.hpp"
#include "vf/runtime/task.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::ingest_gateway {

class authenticate {
public:
    using whose = std::expected<customer, refusal>;
    using provider = std::expected<domain::project_id, refusal>;

    authenticate(
        store& from, const crypto::master_key& key, const cache_dependencies& deps, key_uses& uses
    );

    // By API key. 401 when there is none, or it is malformed, unknown or revoked.
    [[nodiscard]] runtime::task<whose> by_key(const http::headers& sent);
    // The mail provider, by the project in the path. It never sees 403, which would stop its
    // retries for good: that is for a live API key, which opens other doors than this one.
    [[nodiscard]] runtime::task<provider> by_password(
        const http::headers& sent, domain::project_id project
    );

private:
    [[nodiscard]] runtime::task<refusal> refuse_provider(const http::headers& sent);
    [[nodiscard]] runtime::task<result<std::optional<basic_credentials>>> read_credentials(
        std::string project
    );

    store& store_;
    const crypto::master_key& master_key_;
    read_through_cache<customer> keys_;
    key_uses& uses_;
    const clock& clock_;
    read_through_cache<basic_credentials> passwords_;
    telemetry::logger log_;
};

}  // namespace vf::ingest_gateway
