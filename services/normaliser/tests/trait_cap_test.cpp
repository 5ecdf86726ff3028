#include "normaliser/users/trait_cap.hpp"

#include <catch2/catch_test_macros.hpp>

#include "vf/base/time_text.hpp"
#include "vf/domain/limits.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

constexpr std::size_t most = domain::limits::traits_per_user;
constexpr std::size_t most_bytes = domain::limits::traits_bytes_per_user;

trait_sizes held_names(std::size_t count) {
    trait_sizes sizes;
    for (std::size_t i = 0; i < count; ++i) {
        sizes.emplace("t" + std::to_string(i), 3);
    }
    return sizes;
}

user_change change_of(int seconds, std::vector<domain::trait> traits) {
    user_change change;
    change.effective_at = *parse_instant("2024-11-20T12:00:00Z") + std::chrono::seconds{seconds};
    change.received_at = change.effective_at;
    change.traits = std::move(traits);
    return change;
}

}  // namespace

TEST_CASE("trait cap: names up to the limit are taken, one more is not") {
    const auto one = change_of(0, {{"new_one", "1"}});
    for (const auto [held, over] : {std::pair{most - 2, 0}, {most - 1, 0}, {most, 1}}) {
        CHECK(find_over_cap({&one}, held_names(held)).size() == static_cast<std::size_t>(over));
    }
}

TEST_CASE("trait cap: who holds as many as may be can still change and clear them") {
    const auto changes = change_of(0, {{"t1", R"("another")"}, {"t2", "null"}});
    CHECK(find_over_cap({&changes}, held_names(most)).empty());
    CHECK(find_over_cap({&changes}, held_names(most + 5)).empty());
}

TEST_CASE("trait cap: bytes up to the limit are taken, one more is not") {
    for (const auto [more, over] : {std::pair{-1, 0}, {0, 0}, {1, 1}}) {
        trait_sizes held{{"other", most_bytes - 100}};
        const auto size = static_cast<std::size_t>(100 + more);
        const auto one = change_of(0, {{"t", std::string(size - 1, '1')}});
        CHECK(find_over_cap({&one}, held).size() == static_cast<std::size_t>(over));
    }
    // What takes the place of something larger is no more.
    const auto smaller = change_of(0, {{"other", std::string(most_bytes, '1')}});
    CHECK(find_over_cap({&smaller}, {{"other", most_bytes + 100}}).empty());
    const auto again = change_of(0, {{"other", std::string(most_bytes - 5, '1')}});
    CHECK(find_over_cap({&again}, {{"other", most_bytes}}).empty());
}

TEST_CASE("trait cap: within a batch the order of arrival decides nothing") {
    const auto early = change_of(1, {{"a", "1"}});
    const auto late = change_of(2, {{"b", "1"}});
    const std::vector<const user_change*> over{&late};
    CHECK(find_over_cap({&early, &late}, held_names(most - 1)) == over);
    CHECK(find_over_cap({&late, &early}, held_names(most - 1)) == over);
}
