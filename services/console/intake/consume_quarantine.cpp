#include "console/intake/consume_quarantine.hpp"

#include <cstddef>
#include <vector>

#include "console/intake/set_aside_rows.hpp"
#include "console/store/erased_addresses.hpp"
#include "console/store/erasure_store.hpp"
#include "vf/wire/topics.hpp"

namespace vf::console {

namespace {

bool is_of_erased(
    postgres::transaction& tx, const quarantine_row& row, const crypto::master_key& master
) {
    if (is_erased(tx, row.original.key, row.received_at)) {
        return true;
    }
    // A notice of mail names people by their address.
    const auto& topic = row.original.topic;
    const bool is_mail = topic == wire::topic::mail || topic == wire::topic::mail_large;
    return is_mail && row.project && name_erased(tx, master, *row.project, {row.body}).front();
}

}  // namespace

runtime::task<result<consumer::outcome>> consume_quarantine::process(
    consumer::batch<wire::quarantined> items
) {
    std::vector<quarantine_row> rows;
    for (const auto& [index, item] : items) {
        rows.push_back(quarantine_row_of(item));
    }
    auto work = [&rows, this](postgres::transaction& tx) -> std::size_t {
        const bool any_erasure = hold_erasures(tx);
        std::size_t dropped = 0;
        for (const auto& row : rows) {
            if (any_erasure && is_of_erased(tx, row, master_)) {
                ++dropped;
            } else {
                insert_quarantined(tx, row);
            }
        }
        return dropped;
    };
    auto stored = co_await database_.transact(work);
    if (!stored) {
        co_return forward(stored);
    }
    metrics_.erased("quarantine", *stored);
    co_return consumer::outcome{};
}

}  // namespace vf::console
