#include "ingest-gateway/auth/seen_keys.hpp"

#include <algorithm>
#include <utility>

namespace vf::ingest_gateway {

void seen_keys::note(
    const std::string& key_digest, const std::optional<customer>& found, instant now
) {
    const std::scoped_lock locked{mutex_};
    if (found) {
        customers_.put(key_digest, seen_customer{key_digest, *found, now});
        newest_ = std::max(newest_, now);
    } else {
        customers_.erase(key_digest);
    }
    ++version_;
}

void seen_keys::note(
    const std::string& project, const std::optional<basic_credentials>& found, instant now
) {
    const std::scoped_lock locked{mutex_};
    if (found) {
        providers_.put(project, seen_provider{project, *found, now});
        newest_ = std::max(newest_, now);
    } else {
        providers_.erase(project);
    }
    ++version_;
}

void seen_keys::restore(key_snapshot snapshot, instant now) {
    const std::scoped_lock locked{mutex_};
    for (auto& each : snapshot.customers) {
        each.read_at = std::min(each.read_at, now);
        newest_ = std::max(newest_, each.read_at);
        customers_.put(each.key_digest, each);
    }
    for (auto& each : snapshot.providers) {
        each.read_at = std::min(each.read_at, now);
        newest_ = std::max(newest_, each.read_at);
        providers_.put(each.project, each);
    }
}

key_snapshot seen_keys::snapshot() const {
    key_snapshot snapshot;
    const std::scoped_lock locked{mutex_};
    customers_.for_each([&snapshot](const std::string&, const seen_customer& each) {
        snapshot.customers.push_back(each);
    });
    providers_.for_each([&snapshot](const std::string&, const seen_provider& each) {
        snapshot.providers.push_back(each);
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
