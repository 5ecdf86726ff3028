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
// Mail larger than usual, and what of it is set aside: nobody else waits behind 50 megabytes.
inline constexpr std::string_view mail_large = "vf.mail.large";
inline constexpr std::string_view quarantine = "vf.quarantine";
inline constexpr std::string_view quarantine_large = "vf.quarantine.large";
inline constexpr std::string_view webhooks = "vf.webhooks";
inline constexpr std::string_view fired = "vf.fired";
inline constexpr std::string_view deliveries = "vf.deliveries";
inline constexpr std::string_view dead_letter = "vf.dead-letter";
}  // namespace topic

// Who reads a topic, by the group that keeps its place; metrics and logs name a consumer by its
// group. `stage` is what set-aside records say of where they were stopped.
struct consumer_description {
    std::string_view group;
    std::string_view topic;
    std::string_view stage;
};

namespace consumers {
inline constexpr consumer_description ingest{"vf.normaliser.ingest", topic::ingest, "normalise"};
inline constexpr consumer_description backfill{
    "vf.normaliser.backfill", topic::ingest_backfill, "normalise"
};
inline constexpr consumer_description mail{"vf.normaliser.mail", topic::mail, "mail"};
inline constexpr consumer_description mail_large{
    "vf.normaliser.mail.large", topic::mail_large, "mail"
};
inline constexpr consumer_description webhooks{
    "vf.dispatcher.webhooks", topic::webhooks, "delivery"
};
inline constexpr consumer_description fired{"vf.dispatcher.fired", topic::fired, "delivery"};
inline constexpr consumer_description deliveries{
    "vf.dispatcher.deliveries", topic::deliveries, "delivery"
};
inline constexpr consumer_description quarantine{
    "vf.console.quarantine", topic::quarantine, "console"
};
inline constexpr consumer_description quarantine_large{
    "vf.console.quarantine.large", topic::quarantine_large, "console"
};
inline constexpr consumer_description dead_letter{
    "vf.console.dead-letter", topic::dead_letter, "console"
};
}  // namespace consumers

// Which partition a record goes to. A produce request carries one partition: where nothing depends
// on the order of the records of a key, all records of a moment go to one, and the next moment's to
// another. The key is there all the same, for who reads it.
enum class partitioning { by_key, by_time };

// The largest record of a topic, in bytes: of most, and of the large ones.
inline constexpr std::int32_t record_bytes_max = 12 << 20;
inline constexpr std::int32_t large_record_bytes_max = 64 << 20;

struct topic_description {
    std::string_view name;
    // At least: topics are made with so many, and may have more.
    std::int32_t partitions;
    vf::duration retention;
    // Not where records come one by one: batches of two are dearer to compress, and for the broker
    // to check, than to carry.
    bool compressed{true};
    wire::partitioning partitioning{wire::partitioning::by_key};
    std::int32_t record_max{record_bytes_max};
};

[[nodiscard]] std::span<const topic_description> all_topics();
// Of one of them.
[[nodiscard]] const topic_description& describe(std::string_view topic);
// Of any topic: what is not in the table has the usual one.
[[nodiscard]] std::int32_t record_max_of(std::string_view topic);

}  // namespace vf::wire
