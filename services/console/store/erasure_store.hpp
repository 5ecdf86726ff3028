// People who asked to be forgotten: the request, what each service has done about it, and the
// console's own part, which comes last. Pool thread, inside a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/crypto/sealed_secret.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::console {

struct erasure_step {
    std::string service;
    std::optional<instant> done_at;
    std::int64_t rows_removed{0};
};

struct erasure_row {
    std::string id;
    std::string project;
    std::optional<std::string> external_user_id;  // forgotten with the rest once finished
    std::string reason;
    instant requested_at{};
    std::optional<instant> finished_at{};
    std::vector<erasure_step> steps{};  // one a service, done or not
};

// Keeps the request, and under which address the user was known.
void begin_erasure(
    postgres::transaction& tx, const erasure_row& row, const crypto::master_key& master
);

// The next slice of what the console holds of a user: items of the quarantine, what the audit has
// of their bodies, dead letters. False when there is none.
[[nodiscard]] bool erase_next(postgres::transaction& tx, const crypto::master_key& master);

[[nodiscard]] std::optional<erasure_row> find_erasure(
    postgres::transaction& tx, const std::string& project, const std::string& id
);

// Those that every service has done: the name goes, the digest stays. Answers how many.
[[nodiscard]] std::int64_t finish_erasures(postgres::transaction& tx, instant now);

// Whoever keeps what arrives shares this first, so that an erasure sees it or is seen. Whether
// there is any erasure at all.
[[nodiscard]] bool hold_erasures(postgres::transaction& tx);

// Whether the user of that record key was erased after the record was received.
[[nodiscard]] bool is_erased(
    postgres::transaction& tx, const std::optional<std::string>& key, instant received_at
);

// Whether the webhook has gone with an erased user of the project. After `hold_erasures`.
[[nodiscard]] bool is_orphan(
    postgres::transaction& tx, const std::string& project, const std::string& event
);

}  // namespace vf::console
