// People who asked to be forgotten: what the normaliser holds of them is removed, and a record that
// was received before they asked changes nothing, however late it is read. Clocks of gateway and
// console are taken to agree. Pool thread, inside a transaction.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

struct erasure {
    instant requested_at{};  // the latest
    bool begun{false};       // here, each of them: the user's row is gone
};

class erased_users {
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
[[nodiscard]] erased_users read_erased(postgres::transaction& tx, instant oldest);

// The next slice of an erasure that is not done here; false when there is none.
[[nodiscard]] bool erase_next(postgres::transaction& tx);

}  // namespace vf::normaliser
