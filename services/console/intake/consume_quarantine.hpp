// The stage of vf.quarantine: items to rows that a person can search. Nothing is kept of a user who
// was erased after it was received, nor mail that names somebody who was erased. Driven by
// consumer::worker on the loop thread.
#pragma once

#include "console/metrics.hpp"
#include "vf/consumer/stage.hpp"
#include "vf/crypto/sealed_secret.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/wire/set_aside.hpp"

namespace vf::console {

class consume_quarantine final : public consumer::stage<wire::quarantined> {
public:
    consume_quarantine(
        postgres::pool& database, const crypto::master_key& master, const console_metrics& counters
    )
        : database_{database}, master_{master}, metrics_{counters} {}

    // What cannot be decoded, or is refused by the database, goes round once: its own item carries
    // the bytes as bytes, which no database refuses.
    [[nodiscard]] runtime::task<result<consumer::outcome>> process(
        consumer::batch<wire::quarantined> items
    ) override;

private:
    postgres::pool& database_;
    const crypto::master_key& master_;
    const console_metrics& metrics_;
};

}  // namespace vf::console
