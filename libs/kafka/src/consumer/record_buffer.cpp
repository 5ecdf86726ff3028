#include "consumer/record_buffer.hpp"

#include <algorithm>

namespace vf::kafka {

namespace {

// Beside its bytes a record costs the strings and vectors that hold them.
constexpr std::size_t record_cost = 200;

std::size_t cost(const wire::record& record) {
    std::size_t bytes = record_cost + record.value.size() + (record.key ? record.key->size() : 0);
    for (const wire::header& header : record.headers) {
        bytes += header.name.size() + header.value.size();
    }
    return bytes;
}

}  // namespace

void record_buffer::assigned(const std::vector<partition_id>& gained) {
    ++assignment_;
    last_ = nullptr;
    for (const partition_id& id : gained) {
        const auto found = owned_.find(id);
        if (found != owned_.end()) {
            drop_buffered(found->second);
        }
        owned_[id] = partition{};
        owned_[id].assignment = assignment_;
    }
}

void record_buffer::revoking(const std::vector<partition_id>& ids) {
    for (const partition_id& id : ids) {
        const auto found = owned_.find(id);
        if (found != owned_.end()) {
            drop_buffered(found->second);
            found->second.revoking = true;
        }
    }
}

void record_buffer::revoked(const std::vector<partition_id>& ids) {
    revoking(ids);
    last_ = nullptr;
    for (const partition_id& id : ids) {
        owned_.erase(id);
    }
}

bool record_buffer::unfinished(const std::vector<partition_id>& ids) const {
    return std::ranges::any_of(ids, [this](const partition_id& id) {
        const auto found = owned_.find(id);
        return found != owned_.end() && (found->second.in_work || found->second.to_commit);
    });
}

record_buffer::partition* record_buffer::find(const std::string& topic, std::int32_t number) {
    if (last_ == nullptr || last_id_.number != number || last_id_.topic != topic) {
        last_id_ = partition_id{topic, number};
        const auto found = owned_.find(last_id_);
        last_ = found == owned_.end() ? nullptr : &found->second;
    }
    return last_;
}

void record_buffer::accept(wire::record record) {
    partition* partition = find(record.topic, record.partition);
    if (partition == nullptr || partition->revoking) {
        return;
    }
    partition->next = record.offset + 1;
    ++buffered_records_;
    buffered_bytes_ += cost(record);
    partition->buffered.push_back(std::move(record));
}

void record_buffer::drop_buffered(partition& partition) {
    for (const wire::record& record : partition.buffered) {
        --buffered_records_;
        buffered_bytes_ -= cost(record);
    }
    partition.buffered.clear();
}

batch record_buffer::take() {
    batch batch;
    batch.assignment = assignment_;
    std::size_t bytes = 0;
    auto next = owned_.upper_bound(last_taken_);
    for (std::size_t seen = 0; seen < owned_.size(); ++seen, ++next) {
        if (next == owned_.end()) {
            next = owned_.begin();
        }
        if (next->second.buffered.empty()) {
            continue;
        }
        last_taken_ = next->first;
        if (!take_from(next->second, batch, bytes)) {
            break;
        }
    }
    return batch;
}

bool record_buffer::take_from(partition& partition, batch& batch, std::size_t& bytes) {
    while (!partition.buffered.empty()) {
        wire::record& next = partition.buffered.front();
        const std::size_t size = cost(next);
        const bool first = batch.records.empty();
        if (!first &&
            (batch.records.size() >= limits_.batch_records || bytes + size > limits_.batch_bytes)) {
            return false;
        }
        bytes += size;
        --buffered_records_;
        buffered_bytes_ -= size;
        if (!partition.in_work) {
            partition.in_work = next.timestamp;
        }
        batch.records.push_back(std::move(next));
        partition.buffered.pop_front();
    }
    return true;
}

void record_buffer::abandon() {
    for (auto& [id, partition] : owned_) {
        partition.in_work.reset();
    }
}

void record_buffer::done(const batch& finished) {
    for (const wire::record& record : finished.records) {
        partition* partition = find(record.topic, record.partition);
        if (partition == nullptr || partition->assignment > finished.assignment) {
            continue;
        }
        partition->to_commit = record.offset + 1;
        if (!partition->to_commit_since) {
            partition->to_commit_since = partition->in_work;
        }
    }
    abandon();
}

record_buffer::positions record_buffer::to_commit() const {
    positions positions;
    for (const auto& [id, partition] : owned_) {
        if (partition.to_commit) {
            positions.emplace(id, *partition.to_commit);
        }
    }
    return positions;
}

void record_buffer::committed(const positions& offsets) {
    for (const auto& [id, offset] : offsets) {
        const auto found = owned_.find(id);
        if (found != owned_.end() && found->second.to_commit == offset) {
            found->second.to_commit.reset();
            found->second.to_commit_since.reset();
        }
    }
}

bool record_buffer::has_work() const {
    return std::ranges::any_of(owned_, [](const auto& entry) {
        const partition& partition = entry.second;
        return !partition.buffered.empty() || partition.in_work || partition.to_commit;
    });
}

std::vector<partition_id> record_buffer::owned() const {
    std::vector<partition_id> ids;
    for (const auto& [id, partition] : owned_) {
        ids.push_back(id);
    }
    return ids;
}

std::vector<partition_id> record_buffer::active() const {
    std::vector<partition_id> ids;
    for (const auto& [id, partition] : owned_) {
        if (!partition.revoking) {
            ids.push_back(id);
        }
    }
    return ids;
}

record_buffer::positions record_buffer::received() const {
    positions positions;
    for (const auto& [id, partition] : owned_) {
        if (partition.next >= 0) {
            positions.emplace(id, partition.next);
        }
    }
    return positions;
}

std::optional<instant> record_buffer::oldest(const std::string& topic) const {
    std::optional<instant> oldest;
    const auto fold = [&oldest](std::optional<instant> time) {
        if (time && (!oldest || *time < *oldest)) {
            oldest = time;
        }
    };
    for (auto next = owned_.lower_bound({topic, 0}); next != owned_.end(); ++next) {
        if (next->first.topic != topic) {
            break;
        }
        fold(next->second.in_work);
        fold(next->second.to_commit_since);
        if (!next->second.buffered.empty()) {
            fold(next->second.buffered.front().timestamp);
        }
    }
    return oldest;
}

}  // namespace vf::kafka
