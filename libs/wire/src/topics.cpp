#include "vf/wire/topics.hpp"

#include <algorithm>
#include <array>

#include "vf/base/assert.hpp"

namespace vf::wire {

std::span<const topic_description> all_topics() {
    constexpr vf::duration week = std::chrono::days{7};
    // The live lane has as few partitions as its readers will ever be many: one produce request
    // carries one partition, so with more of them each would carry less.
    static constexpr std::array<topic_description, 8> table{{
        {topic::ingest, 12, week, false},
        {topic::ingest_backfill, 24, week},
        {topic::mail, 12, week},
        {topic::quarantine, 6, week},
        {topic::webhooks, 12, week},
        {topic::fired, 12, week},
        {topic::deliveries, 12, week},
        {topic::dead_letter, 6, week},
    }};
    return table;
}

const topic_description& describe(std::string_view topic) {
    const auto all = all_topics();
    const auto found = std::ranges::find(all, topic, &topic_description::name);
    VF_ASSERT(found != all.end());
    return *found;
}

}  // namespace vf::wire
