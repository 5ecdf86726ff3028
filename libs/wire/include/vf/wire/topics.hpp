// The topics of the house in one table: names, partitions, retention, largest record. Made by
// `console migrate` through libs/kafka; nothing else creates topics.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "vf/base/clock.hpp"

namespace vf::wire {

namespace topic {
inline constexpr std::string_view ingest = "vf.ingest";
inline constexpr std::string_view ingest_backfill = "vf.ingest.backfill";
inline constexpr std::string_view mail = "vf.mail";
inline constexpr std::string_view quarantine = "vf.quarantine";
inline constexpr std::string_view webhooks = "vf.webhooks";
inline constexpr std::string_view fired = "vf.fired";
inline constexpr std::string_view deliveries = "vf.deliveries";
inline constexpr std::string_view dead_letter = "vf.dead-letter";
}  // namespace topic

namespace group {
// Of the normaliser, on the live lane and on the backfill lane.
inline constexpr std::string_view live = "vf.normaliser.ingest";
inline constexpr std::string_view backfill = "vf.normaliser.backfill";
}  // namespace group

struct topic_description {
    std::string_view name;
    // Fixed for good: changing it would break the order per key.
    std::int32_t partitions;
    vf::duration retention;
    // Not where records come one by one: batches of two are dearer to compress, and for the broker
    // to check, than to carry.
    bool compressed{true};
};

// The largest record any topic takes, in bytes; also the producer's limit.
inline constexpr std::int32_t record_bytes_max = 12 << 20;

[[nodiscard]] std::span<const topic_description> all_topics();
// Of one of them.
[[nodiscard]] const topic_description& describe(std::string_view topic);

}  // namespace vf::wire
