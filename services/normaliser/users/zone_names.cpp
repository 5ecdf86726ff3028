#include "normaliser/users/zone_names.hpp"

namespace vf::normaliser {

bool zone_names::contains(postgres::transaction& tx, std::string_view name) {
    const std::lock_guard lock{mutex_};
    if (names_.empty()) {
        for (const auto& row : tx.query("SELECT name FROM pg_timezone_names")) {
            names_.insert(row.text("name"));
        }
    }
    return names_.contains(name);
}

}  // namespace vf::normaliser
