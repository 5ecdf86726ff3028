#include "vf/wire/topics.hpp"

#include <array>

namespace vf::wire {

std::span<const topic_description> all_topics() {
    constexpr vf::duration week = std::chrono::days{7};
    static constexpr std::array<topic_description, 8> table{{
        {topic::ingest, 24, week},
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

}  // namespace vf::wire
