// Keys, credentials and claims in memory, and a database that can be away, or hang.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ingest-gateway/store.hpp"
#include "vf/runtime/signal.hpp"

namespace vf::ingest_gateway {

class memory_store final : public store, public claim_store {
public:
    [[nodiscard]] runtime::task<result<found_customers>> find_customers(
        std::vector<std::string> key_digests
    ) override {
        auto found = read_of(customers, std::move(key_digests));
        co_return found;
    }

    [[nodiscard]] runtime::task<result<found_credentials>> find_mail_credentials(
        std::vector<std::string> projects
    ) override {
        auto found = read_of(credentials, std::move(projects));
        co_return found;
    }

    [[nodiscard]] runtime::task<result<std::vector<held_claim>>> claim(
        std::vector<wire::idempotency_claim> requested_claims
    ) override {
        statements.push_back(requested_claims.size());
        if (hanging != nullptr) {
            co_await hanging->wait();
        }
        if (away) {
            co_return fail(failure::transient, "database_unavailable");
        }
        std::vector<held_claim> held;
        for (const auto& each : requested_claims) {
            const auto found =
                std::ranges::find(claims, each.key, [](const auto& one) { return one.claim.key; });
            held.push_back(found == claims.end() ? claims.emplace_back(each, claimed_at) : *found);
        }
        co_return held;
    }

    [[nodiscard]] runtime::task<result<void>> record_key_uses(
        std::vector<std::string> key_ids, instant used_at
    ) override {
        if (away) {
            co_return fail(failure::transient, "database_unavailable");
        }
        for (auto& each : key_ids) {
            uses.insert_or_assign(std::move(each), used_at);
        }
        co_return result<void>{};
    }

    std::map<std::string, customer> customers;  // by digest
    std::map<std::string, sealed_credentials> credentials;
    std::vector<held_claim> claims;
    instant claimed_at{};
    std::map<std::string, instant> uses;
    std::vector<std::size_t> statements;  // how many keys each asked for
    runtime::signal* hanging{nullptr};    // claims wait for it
    bool away{false};
    int reads{0};

private:
    template <class Value>
    result<std::unordered_map<std::string, Value>> read_of(
        const std::map<std::string, Value>& stored, std::vector<std::string> keys
    ) {
        ++reads;
        if (away) {
            return fail(failure::transient, "database_unavailable");
        }
        std::unordered_map<std::string, Value> found;
        for (auto& key : keys) {
            if (const auto one = stored.find(key); one != stored.end()) {
                found.emplace(std::move(key), one->second);
            }
        }
        return found;
    }
};

}  // namespace vf::ingest_gateway
