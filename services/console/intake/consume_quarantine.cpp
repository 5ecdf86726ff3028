#include "console/intake/consume_quarantine.hpp"

#include <vector>

#include "console/intake/set_aside_rows.hpp"
#include "console/store/erasure_store.hpp"
#include "vf/wire/topics.hpp"

namespace vf::console {

runtime::task<result<std::vector<wire::record>>> consume_quarantine::settle(
    std::vector<wire::record> batch
) {
    const instant now = clock_.now();
    std::vector<quarantine_row> rows;
    for (const auto& record : batch) {
        rows.push_back(quarantine_row_of(record, now));
    }
    auto work = [&](postgres::transaction& in) {
        const bool any = hold_erasures(in);
        for (const auto& row : rows) {
            // Of somebody who was erased since it was received nothing is kept.
            if (!any || !is_erased(in, row.original.key, row.received_at)) {
                insert_quarantined(in, row);
            }
        }
    };
    auto stored = co_await database_.transact(work);
    if (!stored) {
        co_return forward(stored);
    }
    metrics_.set_aside(wire::topic::quarantine, static_cast<double>(rows.size()));
    co_return std::vector<wire::record>{};
}

// Goes round once: the item made here carries the bytes as bytes, which no database refuses.
wire::record consume_quarantine::refuse(const wire::record& input, const error& why) {
    return wire::encode(set_aside_here(input, why, clock_.now()));
}

}  // namespace vf::console
