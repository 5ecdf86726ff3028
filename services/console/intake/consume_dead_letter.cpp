#include "console/intake/consume_dead_letter.hpp"

#include <cstddef>
#include <vector>

#include "console/intake/set_aside_rows.hpp"
#include "console/store/erasure_store.hpp"

namespace vf::console {

runtime::task<result<consumer::outcome>> consume_dead_letter::process(
    consumer::batch<wire::dead_letter> letters
) {
    std::vector<dead_letter_row> rows;
    for (const auto& [index, letter] : letters) {
        rows.push_back(dead_letter_row_of(letter));
    }
    auto work = [&rows](postgres::transaction& tx) -> std::size_t {
        const bool any_erasure = hold_erasures(tx);
        std::size_t dropped = 0;
        for (const auto& row : rows) {
            if (any_erasure && is_orphan(tx, row.project, row.event)) {
                ++dropped;
            } else {
                insert_dead_letter(tx, row);
            }
        }
        return dropped;
    };
    auto stored = co_await database_.transact(work);
    if (!stored) {
        co_return forward(stored);
    }
    metrics_.erased("dead-letter", *stored);
    co_return consumer::outcome{};
}

}  // namespace vf::console
