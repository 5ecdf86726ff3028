#include "consumer/intake.hpp"

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

void intake::assigned(const std::vector<partition_id>& gained) {
    ++assignment_;
    last_ = nullptr;
    for (const partition_id& id : gained) {
        const auto known = owned_.find(id);
        if (known != owned_.end()) {
            drop_buffered(known->second);
        }
        owned_[id] = partition{};
        owned_[id].since = assignment_;
    }
}

void intake::revoking(const std::vector<partition_id>& going) {
    for (const partition_id& id : going) {
        const auto found = owned_.find(id);
        if (found != owned_.end()) {
            drop_buffered(found->second);
            found->second.going = true;
        }
    }
}

void intake::revoked(const std::vector<partition_id>& gone) {
    revoking(gone);
    last_ = nullptr;
    for (const partition_id& id : gone) {
        owned_.erase(id);
    }
}

bool intake::unfinished(const std::vector<partition_id>& some) const {
    return std::ranges::any_of(some, [this](const partition_id& id) {
        const auto found = owned_.find(id);
        return found != owned_.end() && (found->second.out || found->second.owed);
    });
}

intake::partition* intake::find(const std::string& topic, std::int32_t number) {
    if (last_ == nullptr || last_id_.number != number || last_id_.topic != topic) {
        last_id_ = partition_id{topic, number};
        const auto found = owned_.find(last_id_);
        last_ = found == owned_.end() ? nullptr : &found->second;
    }
    return last_;
}

void intake::accept(wire::record one) {
    partition* into = find(one.topic, one.partition);
    if (into == nullptr || into->going) {
        return;
    }
    into->next = one.offset + 1;
    ++buffered_records_;
    buffered_bytes_ += cost(one);
    into->buffered.push_back(std::move(one));
}

void intake::drop_buffered(partition& from) {
    for (const wire::record& one : from.buffered) {
        --buffered_records_;
        buffered_bytes_ -= cost(one);
    }
    from.buffered.clear();
}

batch intake::take() {
    batch made;
    made.assignment = assignment_;
    std::size_t bytes = 0;
    auto at = owned_.upper_bound(turn_);
    for (std::size_t seen = 0; seen < owned_.size(); ++seen, ++at) {
        if (at == owned_.end()) {
            at = owned_.begin();
        }
        if (at->second.buffered.empty()) {
            continue;
        }
        turn_ = at->first;
        if (!take_from(at->second, made, bytes)) {
            break;
        }
    }
    return made;
}

bool intake::take_from(partition& from, batch& into, std::size_t& bytes) {
    while (!from.buffered.empty()) {
        wire::record& next = from.buffered.front();
        const std::size_t size = cost(next);
        const bool first = into.records.empty();
        if (!first &&
            (into.records.size() >= limits_.batch_records || bytes + size > limits_.batch_bytes)) {
            return false;
        }
        bytes += size;
        --buffered_records_;
        buffered_bytes_ -= size;
        if (!from.out) {
            from.out = next.timestamp;
        }
        into.records.push_back(std::move(next));
        from.buffered.pop_front();
    }
    return true;
}

void intake::hand_back() {
    for (auto& [id, partition] : owned_) {
        partition.out.reset();
    }
}

void intake::done(const batch& finished) {
    for (const wire::record& one : finished.records) {
        partition* from = find(one.topic, one.partition);
        if (from == nullptr || from->since > finished.assignment) {
            continue;
        }
        from->owed = one.offset + 1;
        if (!from->owed_since) {
            from->owed_since = from->out;
        }
    }
    hand_back();
}

intake::positions intake::owed() const {
    positions made;
    for (const auto& [id, partition] : owned_) {
        if (partition.owed) {
            made.emplace(id, *partition.owed);
        }
    }
    return made;
}

void intake::committed(const positions& written) {
    for (const auto& [id, offset] : written) {
        const auto found = owned_.find(id);
        if (found != owned_.end() && found->second.owed == offset) {
            found->second.owed.reset();
            found->second.owed_since.reset();
        }
    }
}

bool intake::holds_work() const {
    return std::ranges::any_of(owned_, [](const auto& entry) {
        const partition& held = entry.second;
        return !held.buffered.empty() || held.out || held.owed;
    });
}

std::vector<partition_id> intake::staying() const {
    std::vector<partition_id> made;
    for (const auto& [id, partition] : owned_) {
        if (!partition.going) {
            made.push_back(id);
        }
    }
    return made;
}

intake::positions intake::received() const {
    positions made;
    for (const auto& [id, partition] : owned_) {
        if (partition.next >= 0) {
            made.emplace(id, partition.next);
        }
    }
    return made;
}

std::optional<instant> intake::oldest(const std::string& topic) const {
    std::optional<instant> made;
    const auto fold = [&made](std::optional<instant> at) {
        if (at && (!made || *at < *made)) {
            made = at;
        }
    };
    for (auto at = owned_.lower_bound({topic, 0}); at != owned_.end(); ++at) {
        if (at->first.topic != topic) {
            break;
        }
        fold(at->second.out);
        fold(at->second.owed_since);
        if (!at->second.buffered.empty()) {
            fold(at->second.buffered.front().timestamp);
        }
    }
    return made;
}

}  // namespace vf::kafka
