// What the open-loop client has offered and what became of it, second by second: a request counts
// in the second in which it was due, `answered` alone in that of its answer. Included by
// open_loop.cpp alone; its one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "open_loop_connection.hpp"

namespace vf::bench {

struct phase {
    double rate;
    std::size_t seconds;
};

struct ended_request {
    answer_kind kind;
    bool retry_after;
    steady::duration due;   // since the start, as the others
    steady::duration took;  // from when it was due
    steady::duration ended_at;
    std::string reason{};  // of an answer that is none of the accepted
};

struct counts {
    std::uint64_t offered{0};
    std::uint64_t answered{0};  // 202s given in this second
    std::uint64_t accepted{0};
    std::uint64_t limited{0};      // 429
    std::uint64_t unavailable{0};  // 503
    std::uint64_t without_retry_after{0};
    std::uint64_t other{0};
    std::uint64_t failed{0};  // the connection ended
    std::uint64_t timed_out{0};
    std::uint64_t unsent{0};
    std::vector<float> accepted_ms;
    std::vector<float> refused_ms;
    std::vector<float> late_ms;  // of the client itself
};

class tally {
public:
    explicit tally(const std::vector<phase>& phases);

    // When the request of this number is due, since the start; not after the last one.
    [[nodiscard]] steady::duration due_after(std::uint64_t number) const;
    [[nodiscard]] bool all_due(std::uint64_t number) const;

    void offered(steady::duration due, steady::duration late);
    void unsent(steady::duration due);
    void answered(const ended_request& request);

    [[nodiscard]] std::string json(double client_microseconds) const;

private:
    counts& second_of(steady::duration since_start);

    std::vector<phase> phases_;
    std::vector<std::uint64_t> first_;  // number of the first request of each phase, and of none
    std::vector<counts> seconds_;
    std::map<std::string, std::uint64_t> reasons_;
};

}  // namespace vf::bench
