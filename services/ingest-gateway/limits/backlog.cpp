#include "ingest-gateway/limits/backlog.hpp"

#include <utility>

namespace vf::ingest_gateway {

namespace {

// An hour of standstill; older seconds are then told apart no longer.
constexpr std::size_t stretches_max = 3'600;

}  // namespace

void backlog::add(const std::string& project, std::size_t records) {
    waiting_[project] += records;
    since_[project] += records;
}

void backlog::moved(const backlog_offsets& backlog_offsets) {
    if (!since_.empty()) {
        stretches_.push_back({backlog_offsets.end, std::exchange(since_, {})});
    }
    while (!stretches_.empty() && stretches_.front().end <= backlog_offsets.read) {
        forget(stretches_.front().records);
        stretches_.pop_front();
    }
    if (stretches_.size() > stretches_max) {
        for (const auto& [project, records] : stretches_.front().records) {
            stretches_[1].records[project] += records;
        }
        stretches_.pop_front();
    }
}

std::size_t backlog::of(const std::string& project) const {
    const auto found = waiting_.find(project);
    return found == waiting_.end() ? 0 : found->second;
}

void backlog::forget(const counts& read) {
    for (const auto& [project, records] : read) {
        const auto found = waiting_.find(project);
        found->second -= records;
        if (found->second == 0) {
            waiting_.erase(found);
        }
    }
}

}  // namespace vf::ingest_gateway
