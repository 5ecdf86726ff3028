#include "ingest-gateway/limits/backlog.hpp"

#include <utility>

namespace vf::ingest_gateway {

namespace {

// An hour without a commit; older intervals are then merged.
constexpr std::size_t intervals_max = 3'600;

}  // namespace

void backlog::add(const std::string& project, std::size_t records) {
    waiting_[project] += records;
    added_[project] += records;
}

void backlog::update(const backlog_offsets& offsets) {
    if (!added_.empty()) {
        intervals_.push_back({offsets.end, std::exchange(added_, {})});
    }
    while (!intervals_.empty() && intervals_.front().end <= offsets.committed) {
        subtract(intervals_.front().records);
        intervals_.pop_front();
    }
    if (intervals_.size() > intervals_max) {
        for (const auto& [project, records] : intervals_.front().records) {
            intervals_[1].records[project] += records;
        }
        intervals_.pop_front();
    }
}

std::size_t backlog::of(const std::string& project) const {
    const auto found = waiting_.find(project);
    return found == waiting_.end() ? 0 : found->second;
}

void backlog::subtract(const counts& committed) {
    for (const auto& [project, records] : committed) {
        const auto found = waiting_.find(project);
        found->second -= records;
        if (found->second == 0) {
            waiting_.erase(found);
        }
    }
}

}  // namespace vf::ingest_gateway
