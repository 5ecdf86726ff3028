#include "client/name_cache.hpp"

#include <iterator>
#include <utility>

namespace vf::http {

const name_cache::answer* name_cache::find(const std::string& name, time_point now) {
    const auto slot = by_name_.find(name);
    if (slot == by_name_.end()) {
        return nullptr;
    }
    const auto position = slot->second;
    if (position->until <= now) {
        erase(position);
        return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, position);
    return &position->found;
}

void name_cache::put(const std::string& name, answer found, time_point until) {
    if (const auto slot = by_name_.find(name); slot != by_name_.end()) {
        erase(slot->second);
    }
    entries_.push_front(entry{name, std::move(found), until});
    by_name_.emplace(name, entries_.begin());
    while (entries_.size() > names_max_) {
        erase(std::prev(entries_.end()));
    }
}

void name_cache::erase(std::list<entry>::iterator position) {
    by_name_.erase(position->name);
    entries_.erase(position);
}

}  // namespace vf::http
