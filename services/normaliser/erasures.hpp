// People who asked to be forgotten: what the normaliser holds of them is removed, and a record that
// was received before they asked changes nothing, however late it is read. Clocks of gateway and
// console are taken to agree. The SQL runs on a pool thread, inside a transaction; `erase_people`
// on the loop thread. Errors are those of the database.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "vf/base/clock.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::normaliser {

struct erasure {
    instant requested_at{};  // the latest
    bool done{false};        // here, each of them
};

class erased_people {
public:
    // `person` is the digest that `erasures` knows people by.
    void add(std::string person, erasure of) { by_person_.emplace(std::move(person), of); }

    [[nodiscard]] bool empty() const { return by_person_.empty(); }

    // Null when there is none.
    [[nodiscard]] const erasure* find(std::string_view project, std::string_view user) const;

private:
    std::map<std::string, erasure, std::less<>> by_person_;
};

// Every erasure that can matter to records received at `oldest` or later.
[[nodiscard]] erased_people read_erased(postgres::transaction& inside, instant oldest);

// Does the oldest erasure that is not done here; false when there is none.
[[nodiscard]] bool erase_next(postgres::transaction& inside);

// Looks every `pause` until `stop`. Replicas may do it side by side.
[[nodiscard]] runtime::task<> erase_people(
    postgres::pool& database, vf::duration pause, runtime::signal& stop
);

}  // namespace vf::normaliser
