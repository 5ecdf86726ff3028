// How many records of each project wait in the backfill lane, of those this process published.
// Records count as waiting until the lane's consumer has committed past the end offset that was
// read after they were published; offsets are summed over all partitions. A restart forgets. Core.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>

namespace vf::ingest_gateway {

struct backlog_offsets {
    std::int64_t end{0};  // where the next record would go
    std::int64_t committed{0};
};

class backlog {
public:
    void add(const std::string& project, std::size_t records);
    // Everything added before was in the lane when these were read.
    void update(const backlog_offsets& offsets);

    [[nodiscard]] std::size_t of(const std::string& project) const;

    [[nodiscard]] bool empty() const { return waiting_.empty(); }

private:
    using counts = std::unordered_map<std::string, std::size_t>;

    // Records added between two reads of the offsets.
    struct interval {
        std::int64_t end;
        counts records;
    };

    void subtract(const counts& committed);

    counts waiting_;
    counts added_;  // since the last update
    std::deque<interval> intervals_;
};

}  // namespace vf::ingest_gateway
