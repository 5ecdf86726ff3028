// What a member of a group holds between the broker and its reader: the partitions it owns, the
// records buffered of each, the batch that is out, and the offsets that are done but not committed.
// Pure, no clock and no librdkafka; group_core asks it everything.
//
// A batch carries the number of the assignment it was taken under. A partition that was lost and
// came back since has a later number, and nothing of the old batch is committed for it.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/kafka/source.hpp"

namespace vf::kafka {

struct partition_id {
    std::string topic;
    std::int32_t number{-1};

    friend auto operator<=>(const partition_id&, const partition_id&) = default;
};

struct record_buffer_limits {
    std::size_t batch_records{0};
    std::size_t batch_bytes{0};
    std::size_t buffer_bytes{0};
};

class record_buffer {
public:
    // Offsets as Kafka wants them: of the next record to read.
    using positions = std::map<partition_id, std::int64_t>;

    explicit record_buffer(record_buffer_limits limits) : limits_{limits} {}

    void assigned(const std::vector<partition_id>& gained);
    // They are about to go: what is buffered of them is dropped and nothing more accepted.
    void revoking(const std::vector<partition_id>& going);
    void revoked(const std::vector<partition_id>& gone);
    // Whether one of them is in the batch that is out, or has an offset to commit.
    [[nodiscard]] bool unfinished(const std::vector<partition_id>& some) const;

    // Not of a partition that is owned and staying: dropped.
    void accept(wire::record one);

    // From one partition after the other, in turns; the first record always fits.
    [[nodiscard]] batch take();
    // The batch that is out will not be committed: its reader asked for the next one.
    void hand_back();
    // The batch that is out has had its effect.
    void done(const batch& finished);

    [[nodiscard]] positions owed() const;
    void committed(const positions& written);

    [[nodiscard]] bool empty() const { return buffered_records_ == 0; }

    [[nodiscard]] bool full() const { return buffered_bytes_ >= limits_.buffer_bytes; }

    // Low enough to ask for more again.
    [[nodiscard]] bool low() const { return buffered_bytes_ <= limits_.buffer_bytes / 2; }

    // Holds records that are not committed yet.
    [[nodiscard]] bool holds_work() const;

    [[nodiscard]] std::vector<partition_id> staying() const;
    // The next offset expected of each owned partition of which something was received.
    [[nodiscard]] positions received() const;
    // Of the oldest record of the topic that is here and not committed.
    [[nodiscard]] std::optional<instant> oldest(const std::string& topic) const;

private:
    struct partition {
        std::uint64_t since{0};
        bool going{false};
        std::deque<wire::record> buffered;
        std::optional<instant> out;
        std::optional<instant> owed_since;
        std::optional<std::int64_t> owed;
        std::int64_t next{-1};
    };

    partition* find(const std::string& topic, std::int32_t number);
    void drop_buffered(partition& from);
    // False when the batch is full.
    bool take_from(partition& from, batch& batch, std::size_t& bytes);

    record_buffer_limits limits_;
    std::uint64_t assignment_{0};
    std::map<partition_id, partition> owned_;
    // Partition of the last record accepted: records come in runs.
    partition_id last_id_;
    partition* last_{nullptr};
    partition_id turn_;
    std::size_t buffered_records_{0};
    std::size_t buffered_bytes_{0};
};

}  // namespace vf::kafka
