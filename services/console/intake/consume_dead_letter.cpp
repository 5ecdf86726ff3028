#include "console/intake/consume_dead_letter.hpp"

#include <vector>

#include "console/intake/set_aside_rows.hpp"

namespace vf::console {

runtime::task<result<consumer::outcome>> consume_dead_letter::process(
    consumer::batch<wire::dead_letter> letters
) {
    std::vector<dead_letter_row> rows;
    for (const auto& [index, letter] : letters) {
        rows.push_back(dead_letter_row_of(letter));
    }
    auto work = [&rows](postgres::transaction& tx) {
        for (const auto& row : rows) {
            insert_dead_letter(tx, row);
        }
    };
    auto stored = co_await database_.transact(work);
    if (!stored) {
        co_return forward(stored);
    }
    co_return consumer::outcome{};
}

}  // namespace vf::console
