#include "console/intake/consume_dead_letter.hpp"

#include <variant>
#include <vector>

#include "console/intake/set_aside_rows.hpp"
#include "vf/wire/topics.hpp"

namespace vf::console {

runtime::task<result<std::vector<wire::record>>> consume_dead_letter::settle(
    std::vector<wire::record> batch
) {
    const instant now = clock_.now();
    std::vector<std::variant<dead_letter_row, quarantine_row>> rows;
    for (const auto& record : batch) {
        rows.push_back(dead_letter_row_of(record, now));
    }
    auto work = [&](postgres::transaction& in) {
        for (const auto& row : rows) {
            if (const auto* const letter = std::get_if<dead_letter_row>(&row)) {
                insert_dead_letter(in, *letter);
            } else {
                insert_quarantined(in, std::get<quarantine_row>(row));
            }
        }
    };
    auto stored = co_await database_.transact(work);
    if (!stored) {
        co_return forward(stored);
    }
    metrics_.set_aside(wire::topic::dead_letter, static_cast<double>(rows.size()));
    co_return std::vector<wire::record>{};
}

wire::record consume_dead_letter::refuse(const wire::record& input, const error& why) {
    return wire::encode(set_aside_here(input, why, clock_.now()));
}

}  // namespace vf::console
