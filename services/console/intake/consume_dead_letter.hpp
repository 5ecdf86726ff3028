// The stage of vf.dead-letter: given up deliveries to rows that a person can search.
// One whose delivery has gone with an erased user is not kept. Driven by
// consumer::worker on the loop thread.
#pragma once

#include "console/metrics.hpp"
#include "vf/consumer/stage.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/wire/set_aside.hpp"

namespace vf::console {

class consume_dead_letter final : public consumer::stage<wire::dead_letter> {
public:
    consume_dead_letter(postgres::pool& database, const console_metrics& counters)
        : database_{database}, metrics_{counters} {}

    [[nodiscard]] runtime::task<result<consumer::outcome>> process(
        consumer::batch<wire::dead_letter> letters
    ) override;

private:
    postgres::pool& database_;
    const console_metrics& metrics_;
};

}  // namespace vf::console
