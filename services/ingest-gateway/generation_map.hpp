// A map that forgets, bounded without a list of uses: what is put goes into the young generation;
// when that is full it becomes the old one, and the old one is dropped whole. Whatever is put again
// now and then stays. Core.
#pragma once

#include <cstddef>
#include <functional>
#include <unordered_map>
#include <utility>

namespace vf::ingest_gateway {

template <class Key, class Value, class Hash = std::hash<Key>>
class generation_map {
public:
    explicit generation_map(std::size_t entries_max) : generation_max_{entries_max / 2} {}

    // Null when there is none. Until the next change.
    [[nodiscard]] const Value* find(const Key& key) const {
        for (const auto* generation : {&young_, &old_}) {
            if (const auto found = generation->find(key); found != generation->end()) {
                return &found->second;
            }
        }
        return nullptr;
    }

    void put(const Key& key, Value value) {
        old_.erase(key);
        if (young_.size() >= generation_max_ && !young_.contains(key)) {
            old_ = std::exchange(young_, {});
        }
        young_.insert_or_assign(key, std::move(value));
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
    using generation = std::unordered_map<Key, Value, Hash>;

    std::size_t generation_max_;
    generation young_;
    generation old_;
};

}  // namespace vf::ingest_gateway
