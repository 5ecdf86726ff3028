// The stage of vf.dead-letter: given up deliveries to rows that a person can search. Driven by
// consumer::worker on the loop thread.
#pragma once

#include "vf/consumer/stage.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/wire/set_aside.hpp"

namespace vf::console {

class consume_dead_letter final : public consumer::stage<wire::dead_letter> {
public:
    explicit consume_dead_letter(postgres::pool& database) : database_{database} {}

    [[nodiscard]] runtime::task<result<consumer::outcome>> process(
        consumer::batch<wire::dead_letter> letters
    ) override;

private:
    postgres::pool& database_;
};

}  // namespace vf::console
