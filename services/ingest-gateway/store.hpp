// What the gateway reads of the console's tables, and, in two ports, the two it writes. Loop
// thread. Errors are those of the database; what is not there is not in the answer.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "ingest-gateway/auth/customer.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/runtime/task.hpp"
#include "vf/wire/messages.hpp"

namespace vf::ingest_gateway {

struct sealed_credentials {
    std::string username;
    std::string password_sealed;
};

using found_customers = std::unordered_map<std::string, customer>;
using found_credentials = std::unordered_map<std::string, sealed_credentials>;

// The body that an Idempotency-Key stands for, and since when.
struct held_claim {
    wire::idempotency_claim claim;
    instant claimed_at{};
};

class store {
public:
    virtual ~store() = default;

    // Of keys that are not revoked, by the keys' digests.
    [[nodiscard]] virtual runtime::task<result<found_customers>> find_customers(
        std::vector<std::string> key_digests
    ) = 0;

    // By the projects' ids.
    [[nodiscard]] virtual runtime::task<result<found_credentials>> find_mail_credentials(
        std::vector<std::string> projects
    ) = 0;

    [[nodiscard]] virtual runtime::task<result<void>> record_key_uses(
        std::vector<std::string> key_ids, instant used_at
    ) = 0;
};

class claim_store {
public:
    virtual ~claim_store() = default;

    // Claims the keys that are not claimed yet, and answers which body holds each: one row a key.
    // No key stands in `claims` twice.
    [[nodiscard]] virtual runtime::task<result<std::vector<held_claim>>> claim(
        std::vector<wire::idempotency_claim> claims
    ) = 0;
};

}  // namespace vf::ingest_gateway
