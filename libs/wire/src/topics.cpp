#include "vf/wire/topics.hpp"

#include <algorithm>
#include <array>

#include "vf/base/assert.hpp"

namespace vf::wire {

std::span<const topic_description> all_topics() {
    constexpr vf::duration week = std::chrono::days{7};
    // State does not depend on the order in which the records of a user arrive.
    constexpr auto by_time = partitioning::by_time;
    static constexpr std::array<topic_description, 10> table{{
        {topic::ingest, 12, week, false, by_time},
        {topic::ingest_backfill, 24, week, true, by_time},
        {topic::mail, 12, week},
        // Attachments hardly compress, and librdkafka sends what is not compressed from where it
        // is.
        {topic::mail_large, 3, week, false, partitioning::by_key, large_record_bytes_max},
        {topic::quarantine, 6, week},
        {topic::quarantine_large, 3, week, false, partitioning::by_key, large_record_bytes_max},
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

std::int32_t record_max_of(std::string_view topic) {
    const auto all = all_topics();
    const auto found = std::ranges::find(all, topic, &topic_description::name);
    return found == all.end() ? record_bytes_max : found->record_max;
}

}  // namespace vf::wire
