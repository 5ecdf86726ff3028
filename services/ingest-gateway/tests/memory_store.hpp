// Keys, credentials and claims in memory, and a database that can be away, or hang.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ingest-gateway/store.hpp"
#include "vf/runtime/signal.hpp"

namespace vf::ingest_gateway {

class memory_store final : public store, public claim_store {
public:
    [[nodiscard]] runtime::task<result<std::optional<customer>>> find_customer(
        std::string key_digest
    ) override {
        ++reads;
        if (away) {
            co_return fail(failure::transient, "database_unavailable");
        }
        const auto found = customers.find(key_digest);
        co_return found == customers.end() ? std::optional<customer>{}
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
};

}  // namespace vf::ingest_gateway
