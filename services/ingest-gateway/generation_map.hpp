// A map that forgets, bounded without a list of uses: what is put goes into the young generation;
// when that is full it becomes the old one, and the old one is dropped whole. Whatever is put again
// now and then stays. Core.
#pragma once

#include <cstddef>
#include <utility>

#include <boost/unordered/unordered_flat_map.hpp>

namespace vf::ingest_gateway {

template <class Key, class Value, class Hash = boost::hash<Key>>
class generation_map {
public:
    explicit generation_map(std::size_t entries_max) : generation_max_{entries_max / 2} {}

    // Null when there is none. Until the next change.
    [[nodiscard]] const Value* find(const Key& key) const { return find_in(*this, key); }

    [[nodiscard]] Value* find(const Key& key) { return find_in(*this, key); }

    void put(const Key& key, Value value) {
        const auto [found, added] = young_.try_emplace(key, std::move(value));
        if (!added) {
            found->second = std::move(value);
            return;
        }
        if (!old_.empty()) {
            old_.erase(key);
        }
        if (young_.size() > generation_max_) {
            // The new one is the first of the next generation.
            auto first = std::move(found->second);
            young_.erase(found);
            old_ = std::exchange(young_, {});
            young_.emplace(key, std::move(first));
        }
    }

    void erase(const Key& key) {
        young_.erase(key);
        old_.erase(key);
    }

    // `visit` gets each key and its value.
    template <class Visit>
    void for_each(Visit visit) const {
        for (const auto* generation : {&young_, &old_}) {
            for (const auto& [key, value] : *generation) {
                visit(key, value);
            }
        }
    }

    [[nodiscard]] std::size_t size() const { return young_.size() + old_.size(); }

private:
    // Flat: an entry costs no allocation, and a look-up one or two cache lines.
    using generation = boost::unordered_flat_map<Key, Value, Hash>;

    template <class Map>
    static auto* find_in(Map& map, const Key& key) {
        auto found = map.young_.find(key);
        if (found != map.young_.end()) {
            return &found->second;
        }
        found = map.old_.find(key);
        return found == map.old_.end() ? nullptr : &found->second;
    }

    std::size_t generation_max_;
    generation young_;
    generation old_;
};

}  // namespace vf::ingest_gateway
