#include "ingest-gateway/auth/seen_keys.hpp"

#include <algorithm>
#include <utility>

namespace vf::ingest_gateway {

namespace {

template <class Value>
std::optional<observed<Value>> copy_of(const observed<Value>* seen) {
    return seen == nullptr ? std::nullopt : std::optional{*seen};
}

}  // namespace

template <class Value>
void seen_keys::note_value(
    seen_values<Value>& values, const std::string& key, const std::optional<Value>& found,
    instant now
) {
    const std::scoped_lock locked{mutex_};
    const auto* before = values.find(key);
    const bool outdated = before != nullptr && now < before->read_at;
    if (outdated || (before == nullptr && !found)) {
        return;
    }
    values.put(key, {found, now});
    newest_ = found ? std::max(newest_, now) : newest_;
    ++version_;
}

void seen_keys::note(
    const std::string& key_digest, const std::optional<customer>& found, instant now
) {
    note_value(customers_, key_digest, found, now);
}

void seen_keys::note(
    const std::string& project, const std::optional<basic_credentials>& found, instant now
) {
    note_value(providers_, project, found, now);
}

std::optional<seen_keys::customer_seen> seen_keys::find_customer(const std::string& key_digest
) const {
    const std::scoped_lock locked{mutex_};
    return copy_of(customers_.find(key_digest));
}

std::optional<seen_keys::provider_seen> seen_keys::find_provider(const std::string& project) const {
    const std::scoped_lock locked{mutex_};
    return copy_of(providers_.find(project));
}

void seen_keys::restore(key_snapshot snapshot, instant now) {
    const std::scoped_lock locked{mutex_};
    for (auto& each : snapshot.customers) {
        const auto read_at = std::min(each.read_at, now);
        newest_ = std::max(newest_, read_at);
        customers_.put(each.key_digest, {std::move(each.customer), read_at});
    }
    for (auto& each : snapshot.providers) {
        const auto read_at = std::min(each.read_at, now);
        newest_ = std::max(newest_, read_at);
        providers_.put(each.project, {std::move(each.credentials), read_at});
    }
}

key_snapshot seen_keys::snapshot() const {
    key_snapshot snapshot;
    const std::scoped_lock locked{mutex_};
    customers_.for_each([&snapshot](const std::string& digest, const customer_seen& each) {
        if (each.value) {
            snapshot.customers.push_back({digest, *each.value, each.read_at});
        }
    });
    providers_.for_each([&snapshot](const std::string& project, const provider_seen& each) {
        if (each.value) {
            snapshot.providers.push_back({project, *each.value, each.read_at});
        }
    });
    return snapshot;
}

bool seen_keys::any_within(vf::duration age, instant now) const {
    const std::scoped_lock locked{mutex_};
    return newest_ != instant::min() && now - newest_ < age;
}

std::uint64_t seen_keys::version() const {
    const std::scoped_lock locked{mutex_};
    return version_;
}

}  // namespace vf::ingest_gateway
