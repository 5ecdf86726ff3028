#include "console/intake/consume_quarantine.hpp"

#include <vector>

#include "console/intake/set_aside_rows.hpp"
#include "console/store/erasure_store.hpp"

namespace vf::console {

runtime::task<result<consumer::outcome>> consume_quarantine::process(
    consumer::batch<wire::quarantined> items
) {
    std::vector<quarantine_row> rows;
    for (const auto& [index, item] : items) {
        rows.push_back(quarantine_row_of(item));
    }
    auto work = [&rows](postgres::transaction& tx) {
        const bool any_erasure = hold_erasures(tx);
        for (const auto& row : rows) {
            // Nothing is kept of a user who was erased after it was received.
            if (!any_erasure || !is_erased(tx, row.original.key, row.received_at)) {
                insert_quarantined(tx, row);
            }
        }
    };
    auto stored = co_await database_.transact(work);
    if (!stored) {
        co_return forward(stored);
    }
    co_return consumer::outcome{};
}

}  // namespace vf::console
