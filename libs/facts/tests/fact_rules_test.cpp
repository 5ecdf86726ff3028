#include "vf/facts/fact_rules.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "fact_fixture.hpp"

using namespace vf::facts;
using namespace vf::facts_tests;

TEST_CASE("fact rules: an event counts for the facts of its project that name it") {
    fact_rules rules;
    rules.add("prj_1", 1, R"({"event":["a","b","a"]})", 3);
    rules.add("prj_1", 2, R"({"event":"a","where":[{"prop":"x","op":"exists"}]})", 1);
    rules.add("prj_2", 1, R"({"event":"c"})", 1);
    rules.add("prj_2", 2, "no predicate", 1);
    CHECK(rules.names() == std::vector<std::string>{"a", "b", "c"});
    std::vector<fact_occurrence> occurrences;
    rules.count(occurrences, "prj_1", "a", R"({"x":1})", seen_at(1));
    rules.count(occurrences, "prj_1", "a", "{}", seen_at(2));
    rules.count(occurrences, "prj_1", "c", "{}", seen_at(3));
    rules.count(occurrences, "prj_3", "a", "{}", seen_at(4));
    REQUIRE(occurrences.size() == 3);
    user_facts folded;
    fold(folded, occurrences);
    CHECK(folded.at(1).count == 2);
    CHECK(folded.at(2).count == 1);
}
