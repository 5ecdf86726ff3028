// Idempotency-Keys that the gateway could not claim, and what becomes of them. Core.
//
// A key stands for the body that claimed it first, for a day. Within a batch the first to come is
// the first; across batches and processes whoever keeps the claims says who holds a key.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/wire/messages.hpp"

namespace vf::normaliser {

struct unverified_claim {
    std::size_t index{0};  // of the record in its batch
    wire::idempotency_claim claim;
    instant received_at{};  // when the request was received
};

struct key_holder {
    domain::record_id body;
    instant since{};
};

// By the raw bytes of the key.
using key_holders = std::map<std::string, key_holder>;

// Claims keys, no key twice, and answers who holds them.
using claim_keys = std::function<key_holders(const std::vector<unverified_claim>&)>;

// `unverified` in order of arrival. Answers the indices of the records that must not be written,
// ascending.
[[nodiscard]] std::vector<std::size_t> resolve_claims(
    std::vector<unverified_claim> unverified, const claim_keys& claim
);

}  // namespace vf::normaliser
