// The time zones the database knows, read once for the process: a user's zone is kept when it is
// one of them. Any thread.
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

class zone_names {
public:
    [[nodiscard]] bool contains(postgres::transaction& tx, std::string_view name);

private:
    std::mutex mutex_;
    std::set<std::string, std::less<>> names_;
};

}  // namespace vf::normaliser
