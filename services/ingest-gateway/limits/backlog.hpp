// How many records of each project wait in the backfill lane, of those this process put there.
// Records of one second stand for as long as the lane's readers have not come past the place where
// it ended then; a place is the sum of offsets over all partitions. A restart forgets. Core.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>

namespace vf::ingest_gateway {

struct backlog_offsets {
    std::int64_t end{0};   // where the next record would go
    std::int64_t read{0};  // what the readers have done with
};

class backlog {
public:
    void add(const std::string& project, std::size_t records);
    // Everything added before was in the lane when this position was read.
    void moved(const backlog_offsets& backlog_offsets);

    [[nodiscard]] std::size_t of(const std::string& project) const;

    [[nodiscard]] bool empty() const { return waiting_.empty(); }

private:
    using counts = std::unordered_map<std::string, std::size_t>;

    struct stretch {
        std::int64_t end;
        counts records;
    };

    void forget(const counts& read);

    counts waiting_;
    counts since_;  // the last position
    std::deque<stretch> stretches_;
};

}  // namespace vf::ingest_gateway
