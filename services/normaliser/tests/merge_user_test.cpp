#include "merge_user.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <string>
#include <vector>

#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

const instant noon = *parse_instant("2026-11-20T12:00:00Z");

user_change change_of(int minute, std::vector<domain::trait> traits) {
    user_change made;
    made.at = noon + std::chrono::minutes{minute};
    made.traits = std::move(traits);
    return made;
}

user_patch merge(const std::vector<user_change>& changes, std::optional<instant> row_at = {}) {
    std::vector<const user_change*> pointers;
    for (const auto& each : changes) {
        pointers.push_back(&each);
    }
    return merge_user(pointers, row_at);
}

struct trait_row {
    domain::trait trait;
    std::string columns;
    std::string traits;
    std::string cleared;
};

}  // namespace

TEST_CASE("merge: a known trait goes to its column, any other to the bag") {
    const auto row = GENERATE(values<trait_row>({
        {{"plan", R"("pro")"}, R"({"plan":"pro"})", "{}", R"(["plan"])"},
        {{"signupDate", R"("2026")"}, R"({"signup_date":"2026"})", "{}", R"(["signupDate"])"},
        {{"signup_date", R"("2026")"}, R"({"signup_date":"2026"})", "{}", R"(["signup_date"])"},
        {{"name", R"("\u00e4 \"q\"")"}, "{\"name\":\"\xc3\xa4 \\\"q\\\"\"}", "{}", R"(["name"])"},
        {{"role", "1.50"}, R"({"role":"1.50"})", "{}", R"(["role"])"},
        {{"role", "true"}, R"({"role":"true"})", "{}", R"(["role"])"},
        {{"role", "null"}, R"({"role":null})", "{}", R"(["role"])"},
        {{"company", R"({"name":"x"})"}, R"({"company":null})", R"({"company":{"name":"x"}})", "[]"
        },
        {{"seats", "1.50"}, "{}", R"({"seats":1.50})", "[]"},
        {{"seats", "null"}, "{}", "{}", R"(["seats"])"},
        {{"planName", R"("p")"}, "{}", R"({"planName":"p"})", "[]"},
    }));
    const auto patch = merge({change_of(0, {row.trait})});
    CHECK(patch.columns == row.columns);
    CHECK(patch.traits == row.traits);
    CHECK(patch.cleared == row.cleared);
    CHECK(patch.fill_columns == "{}");
    CHECK(patch.fill_traits == "{}");
    CHECK(patch.identified_at == noon);
}

TEST_CASE("merge: several identifies fold in time, equal times in order of arrival") {
    const auto patch = merge({
        change_of(2, {{"a", "2"}}),
        change_of(1, {{"a", "1"}, {"b", "1"}, {"c", "1"}}),
        change_of(2, {{"b", "null"}, {"a", "3"}}),
    });
    CHECK(patch.traits == R"({"a":3,"c":1})");
    CHECK(patch.cleared == R"(["b"])");
    CHECK(patch.identified_at == noon + std::chrono::minutes{2});
}

TEST_CASE("merge: what was cleared and set again is set") {
    const auto patch = merge({change_of(0, {{"a", "null"}}), change_of(1, {{"a", "1"}})});
    CHECK(patch.traits == R"({"a":1})");
    CHECK(patch.cleared == "[]");
}

TEST_CASE("merge: an address stands until another comes") {
    auto first = change_of(0, {});
    first.email = "a@b.c";
    CHECK(merge({first, change_of(1, {})}).columns == R"({"email":"a@b.c"})");
    auto second = change_of(1, {});
    second.email = "d@e.f";
    CHECK(merge({first, second}).columns == R"({"email":"d@e.f"})");
    CHECK(merge({second, first}).columns == R"({"email":"d@e.f"})");
}

TEST_CASE("merge: what is older than the row only fills, and clears nothing") {
    auto late = change_of(-5, {{"plan", R"("old")"}, {"x", "1"}, {"y", "null"}, {"role", "null"}});
    late.email = "old@b.c";
    const auto patch = merge({late, change_of(1, {{"x", "2"}})}, noon);
    CHECK(patch.columns == "{}");
    CHECK(patch.traits == R"({"x":2})");
    CHECK(patch.cleared == "[]");
    CHECK(patch.fill_columns == R"({"email":"old@b.c","plan":"old"})");
    CHECK(patch.fill_traits == R"({"x":1})");
    CHECK(patch.identified_at == noon + std::chrono::minutes{1});
}

TEST_CASE("merge: as new as the row is new, and the row's time never goes back") {
    CHECK(merge({change_of(0, {{"a", "1"}})}, noon).traits == R"({"a":1})");
    const auto late = merge({change_of(-1, {{"a", "1"}})}, noon);
    CHECK(late.traits == "{}");
    CHECK(late.identified_at == noon);
}
