// The state of a group member between the broker and the caller of `next`: the partitions it owns,
// the records buffered of each, the batch in work, and the offsets to commit. Pure, no clock and no
// librdkafka; group_core keeps it.
//
// A batch carries the number of the assignment it was taken under. A partition that was lost and
// assigned again since has a later number, and nothing of the old batch is committed for it.
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
    // Offsets as Kafka commits them: of the next record to read.
    using positions = std::map<partition_id, std::int64_t>;

    explicit record_buffer(record_buffer_limits limits) : limits_{limits} {}

    void assigned(const std::vector<partition_id>& gained);
    // Before they are unassigned: what is buffered of them is dropped and nothing more accepted.
    void revoking(const std::vector<partition_id>& ids);
    void revoked(const std::vector<partition_id>& ids);
    // Whether one of them is in the batch in work, or has an offset to commit.
    [[nodiscard]] bool unfinished(const std::vector<partition_id>& ids) const;

    // Dropped when its partition is not owned, or being revoked.
    void accept(wire::record record);

    // From one partition after the other, in turns; the first record always fits.
    [[nodiscard]] batch take();
    // The batch in work will not be committed: the next one is taken.
    void abandon();
    // The batch in work has had its effect.
    void done(const batch& finished);

    [[nodiscard]] positions to_commit() const;
    void committed(const positions& offsets);

    [[nodiscard]] bool empty() const { return buffered_records_ == 0; }

    [[nodiscard]] bool full() const { return buffered_bytes_ >= limits_.buffer_bytes; }

    // Low enough to fetch more again.
    [[nodiscard]] bool low() const { return buffered_bytes_ <= limits_.buffer_bytes / 2; }

    // Holds records that are not committed yet.
    [[nodiscard]] bool has_work() const;

    [[nodiscard]] std::vector<partition_id> owned() const;
    [[nodiscard]] std::vector<partition_id> active() const;  // owned and not being revoked
    // The next offset expected of each owned partition of which something was received.
    [[nodiscard]] positions received() const;
    // Of the oldest record of the topic that is here and not committed.
    [[nodiscard]] std::optional<instant> oldest(const std::string& topic) const;

private:
    struct partition {
        std::uint64_t assignment{0};
        bool revoking{false};
        std::deque<wire::record> buffered;
        // Times of the oldest record of the batch in work, and of those to commit.
        std::optional<instant> in_work;
        std::optional<instant> to_commit_since;
        std::optional<std::int64_t> to_commit;
        std::int64_t next{-1};
    };

    partition* find(const std::string& topic, std::int32_t number);
    void drop_buffered(partition& partition);
    // False when the batch is full.
    bool take_from(partition& partition, batch& batch, std::size_t& bytes);

    record_buffer_limits limits_;
    std::uint64_t assignment_{0};
    std::map<partition_id, partition> owned_;
    // The partition looked up last: records come in runs.
    partition_id last_id_;
    partition* last_{nullptr};
    partition_id last_taken_;
    std::size_t buffered_records_{0};
    std::size_t buffered_bytes_{0};
};

}  // namespace vf::kafka
