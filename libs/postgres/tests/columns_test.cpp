#include "vf/postgres/columns.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace vf;
using namespace vf::postgres;

namespace {

struct visit {
    std::int64_t user_id{0};
    std::optional<std::string> page{};
    instant seen_at{};
};

constexpr columns<visit, 3> of_visit{{
    {"user_id", "bigint", [](const visit& one) { return one.user_id; }},
    {"page", "text", [](const visit& one) { return one.page; }},
    {"seen_at", "timestamptz", [](const visit& one) { return one.seen_at; }},
}};

}  // namespace

TEST_CASE("columns: the text of a statement comes from the description") {
    CHECK(names(of_visit) == "user_id, page, seen_at");
    CHECK(names(of_visit, "n.") == "n.user_id, n.page, n.seen_at");
    CHECK(unnest(of_visit) == "unnest($1::bigint[], $2::text[], $3::timestamptz[])");
}
