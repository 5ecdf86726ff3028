// The stage of vf.quarantine: items to rows that a person can search. Driven by consumer::worker on
// the loop thread.
#pragma once

#include "vf/consumer/stage.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/wire/set_aside.hpp"

namespace vf::console {

class consume_quarantine final : public consumer::stage<wire::quarantined> {
public:
    explicit consume_quarantine(postgres::pool& database) : database_{database} {}

    // What cannot be decoded, or is refused by the database, goes round once: its own item carries
    // the bytes as bytes, which no database refuses.
    [[nodiscard]] runtime::task<result<consumer::outcome>> process(
        consumer::batch<wire::quarantined> items
    ) override;

private:
    postgres::pool& database_;
};

}  // namespace vf::console
