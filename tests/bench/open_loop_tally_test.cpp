#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "open_loop_tally.hpp"

using namespace std::chrono_literals;
using namespace vf::bench;

namespace {

using Catch::Matchers::ContainsSubstring;

const std::vector<phase> two_phases{{8, 2}, {64, 1}};

}  // namespace

TEST_CASE("requests are due evenly within each phase, and a phase begins where the last one ended"
) {
    const tally plan{two_phases};
    CHECK(plan.due_after(0) == 0s);
    CHECK(plan.due_after(1) == 125ms);
    CHECK(plan.due_after(15) == 1875ms);
    CHECK(plan.due_after(16) == 2s);
    CHECK(plan.due_after(17) == 2s + 15'625us);
    CHECK_FALSE(plan.all_due(79));
    CHECK(plan.all_due(80));
}

TEST_CASE("a request counts in the second in which it was due, its answer in that of the answer") {
    tally found{two_phases};
    found.offered(500ms, 0ms);
    found.answered({answer_kind::accepted, false, 500ms, 1s, 1500ms});
    const auto text = found.json(10);
    CHECK_THAT(text, ContainsSubstring(R"("rate":8.000,"offered":1,"answered":0,"accepted":1)"));
    CHECK_THAT(text, ContainsSubstring(R"("rate":8.000,"offered":0,"answered":1,"accepted":0)"));
    CHECK_THAT(text, ContainsSubstring(R"("seconds":2,"rate":8.000,"offered":1,"answered":1)"));
    CHECK_THAT(text, ContainsSubstring(R"("client_us":10.0)"));
    CHECK_THAT(text, ContainsSubstring(R"("p99_ms":1000.000)"));
}

TEST_CASE("an answer after the last phase counts in its last second") {
    tally found{two_phases};
    found.answered({answer_kind::accepted, false, 2900ms, 2s, 4900ms});
    CHECK_THAT(
        found.json(0), ContainsSubstring(R"("seconds":1,"rate":64.000,"offered":0,"answered":1)")
    );
}

TEST_CASE("a refusal is held to Retry-After, and what never left is no refusal") {
    tally found{{{10, 1}}};
    found.answered({answer_kind::limited, true, 0s, 1ms, 1ms, "too many"});
    found.answered({answer_kind::unavailable, false, 0s, 3ms, 3ms});
    found.answered({answer_kind::timed_out, true, 0s, 5s, 5s});
    found.unsent(100ms);
    const auto text = found.json(0);
    CHECK_THAT(
        text, ContainsSubstring(
                  R"("limited":1,"unavailable":1,"without_retry_after":1,"other":0,"failed":0,)"
                  R"("timed_out":1,"unsent":1)"
              )
    );
    CHECK_THAT(text, ContainsSubstring(R"("refused_p99_ms":1.000)"));
    CHECK_THAT(text, ContainsSubstring(R"("reasons":{"too many":1})"));
}
