#include "normaliser/users/trait_cap.hpp"

#include <algorithm>
#include <utility>

#include "normaliser/users/user_columns.hpp"
#include "normaliser/users/write_versions.hpp"
#include "vf/domain/limits.hpp"

namespace vf::normaliser {

namespace {

constexpr std::string_view cleared = "null";

std::size_t total(const trait_sizes& sizes) {
    std::size_t sum = 0;
    for (const auto& [name, size] : sizes) {
        sum += size;
    }
    return sum;
}

// What the user holds once the change is heard. One that is late may not win every name; it is
// taken at its word.
trait_sizes with_change(trait_sizes held, const user_change& change) {
    for (const auto& trait : change.traits) {
        const std::size_t size = trait.json == cleared ? 0 : trait.name.size() + trait.json.size();
        held.insert_or_assign(trait_name(trait.name), size);
    }
    return held;
}

}  // namespace

std::size_t bytes_of(const user_change& change) {
    std::size_t bytes = 0;
    for (const auto& trait : change.traits) {
        bytes += trait.name.size() + trait.json.size();
    }
    return bytes;
}

std::vector<const user_change*> find_over_cap(
    std::vector<const user_change*> changes, trait_sizes held
) {
    std::ranges::sort(changes, {}, [](const user_change* one) {
        return write_version{one->effective_at, one->received_at, one->id};
    });
    std::vector<const user_change*> over;
    for (const auto* change : changes) {
        auto next = with_change(held, *change);
        const bool more_names =
            next.size() > held.size() && next.size() > domain::limits::traits_per_user;
        const auto bytes = total(next);
        // What makes a user smaller is never too much.
        const bool more_bytes =
            bytes > domain::limits::traits_bytes_per_user && bytes > total(held);
        if (more_names || more_bytes) {
            over.push_back(change);
        } else {
            held = std::move(next);
        }
    }
    return over;
}

}  // namespace vf::normaliser
