#include "consumer/record_buffer.hpp"

#include <algorithm>

namespace vf::kafka {

namespace {

// Beside its bytes a record costs the strings and vectors that hold them.
constexpr std::size_t record_cost = 200;

std::size_t cost(const wire::record& one) {
    std::size_t bytes = record_cost + one.value.size() + (one.key ? one.key->size() : 0);
    for (const wire::header& header : one.headers) {
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
        owned_[id].since = assignment_;
    }
}

void record_buffer::revoking(const std::vector<partition_id>& going) {
    for (const partition_id& id : going) {
        const auto found = owned_.find(id);
        if (found != owned_.end()) {
            drop_buffered(found->second);
            found->second.going = true;
        }
    }
}

void record_buffer::revoked(const std::vector<partition_id>& gone) {
    revoking(gone);
    last_ = nullptr;
    for (const partition_id& id : gone) {
        owned_.erase(id);
    }
}

bool record_buffer::unfinished(const std::vector<partition_id>& some) const {
    return std::ranges::any_of(some, [this](const partition_id& id) {
        const auto found = owned_.find(id);
        return found != owned_.end() && (found->second.out || found->second.owed);
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

void record_buffer::accept(wire::record one) {
    partition* partition = find(one.topic, one.partition);
    if (partition == nullptr || partition->going) {
        return;
    }
    partition->next = one.offset + 1;
    ++buffered_records_;
    buffered_bytes_ += cost(one);
    partition->buffered.push_back(std::move(one));
}

void record_buffer::drop_buffered(partition& partition) {
    for (const wire::record& one : partition.buffered) {
        --buffered_records_;
        buffered_bytes_ -= cost(one);
    }
    partition.buffered.clear();
}

batch record_buffer::take() {
    batch batch;
    batch.assignment = assignment_;
    std::size_t bytes = 0;
    auto next = owned_.upper_bound(turn_);
    for (std::size_t seen = 0; seen < owned_.size(); ++seen, ++next) {
        if (next == owned_.end()) {
            next = owned_.begin();
        }
        if (next->second.buffered.empty()) {
            continue;
        }
        turn_ = next->first;
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
        if (!partition.out) {
            partition.out = next.timestamp;
        }
        batch.records.push_back(std::move(next));
        partition.buffered.pop_front();
    }
    return true;
}

void record_buffer::hand_back() {
    for (auto& [id, partition] : owned_) {
        partition.out.reset();
    }
}

void record_buffer::done(const batch& finished) {
    for (const wire::record& one : finished.records) {
        partition* partition = find(one.topic, one.partition);
        if (partition == nullptr || partition->since > finished.assignment) {
            continue;
        }
        partition->owed = one.offset + 1;
        if (!partition->owed_since) {
            partition->owed_since = partition->out;
        }
    }
    hand_back();
}

record_buffer::positions record_buffer::owed() const {
    positions positions;
    for (const auto& [id, partition] : owned_) {
        if (partition.owed) {
            positions.emplace(id, *partition.owed);
        }
    }
    return positions;
}

void record_buffer::committed(const positions& written) {
    for (const auto& [id, offset] : written) {
        const auto found = owned_.find(id);
        if (found != owned_.end() && found->second.owed == offset) {
            found->second.owed.reset();
            found->second.owed_since.reset();
        }
    }
}

bool record_buffer::holds_work() const {
    return std::ranges::any_of(owned_, [](const auto& entry) {
        const partition& partition = entry.second;
        return !partition.buffered.empty() || partition.out || partition.owed;
    });
}

std::vector<partition_id> record_buffer::staying() const {
    std::vector<partition_id> ids;
    for (const auto& [id, partition] : owned_) {
        if (!partition.going) {
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
    std::optional<instant> timestamp;
    const auto fold = [&timestamp](std::optional<instant> time) {
        if (time && (!timestamp || *time < *timestamp)) {
            timestamp = time;
        }
    };
    for (auto next = owned_.lower_bound({topic, 0}); next != owned_.end(); ++next) {
        if (next->first.topic != topic) {
            break;
        }
        fold(next->second.out);
        fold(next->second.owed_since);
        if (!next->second.buffered.empty()) {
            fold(next->second.buffered.front().timestamp);
        }
    }
    return timestamp;
}

}  // namespace vf::kafka
