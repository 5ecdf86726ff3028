#include "vf/facts/packing.hpp"

#include <cstdint>
#include <utility>

#include "packing_version_1.hpp"
#include "vf/base/assert.hpp"
#include "vf/v1/user_facts.pb.h"

namespace vf::facts {

namespace {

constexpr char version_1 = 1;
constexpr char version_2 = 2;

void pack_fact(v1::user_facts::fact_t& out, std::uint32_t id, const fact& one) {
    out.set_id(id);
    out.set_count(one.count);
    out.set_weight(one.weight);
    out.set_first_at(to_microseconds(one.first_at));
    out.set_last_at(to_microseconds(one.last.occurred_at));
    out.set_last_record(one.last.record.raw());
    if (one.last_live) {
        out.set_last_live_at(to_microseconds(one.last_live->occurred_at));
        out.set_last_live_record(one.last_live->record.raw());
    }
    for (const auto& each : one.newest) {
        out.add_newest_at(to_microseconds(each.occurred_at));
        out.add_newest_weights(each.weight);
    }
}

std::optional<event_reference> unpack_reference(std::int64_t occurred_at, std::string_view record) {
    const auto id = domain::record_id::from_raw(record);
    return id ? std::optional{event_reference{from_microseconds(occurred_at), *id}} : std::nullopt;
}

std::optional<fact> unpack_fact(const v1::user_facts::fact_t& packed) {
    fact one;
    one.count = packed.count();
    one.weight = packed.weight();
    one.first_at = from_microseconds(packed.first_at());
    const auto last = unpack_reference(packed.last_at(), packed.last_record());
    if (!last || packed.newest_at_size() != packed.newest_weights_size()) {
        return std::nullopt;
    }
    one.last = *last;
    if (!packed.last_live_record().empty()) {
        one.last_live = unpack_reference(packed.last_live_at(), packed.last_live_record());
        if (!one.last_live) {
            return std::nullopt;
        }
    }
    for (int index = 0; index < packed.newest_at_size(); ++index) {
        one.newest.push_back(
            {from_microseconds(packed.newest_at(index)), packed.newest_weights(index)}
        );
    }
    return one;
}

// A version byte without a fact is nothing that `pack` writes.
std::optional<user_facts> unpack_version_2(std::string_view packed) {
    v1::user_facts message;
    if (!message.ParseFromArray(packed.data(), static_cast<int>(packed.size())) ||
        message.facts().empty()) {
        return std::nullopt;
    }
    user_facts found;
    for (const auto& each : message.facts()) {
        auto one = unpack_fact(each);
        if (!one || !found.emplace(each.id(), std::move(*one)).second) {
            return std::nullopt;
        }
    }
    return found;
}

}  // namespace

std::string pack(const user_facts& facts) {
    std::string packed;
    if (facts.empty()) {
        return packed;
    }
    v1::user_facts message;
    for (const auto& [id, one] : facts) {
        pack_fact(*message.add_facts(), id, one);
    }
    packed.push_back(version_2);
    VF_ASSERT(message.AppendToString(&packed));
    return packed;
}

std::optional<user_facts> unpack(std::string_view packed) {
    if (packed.empty()) {
        return user_facts{};
    }
    const char version = packed.front();
    packed.remove_prefix(1);
    switch (version) {
        case version_1:
            return unpack_version_1(packed);
        case version_2:
            return unpack_version_2(packed);
        default:
            return std::nullopt;
    }
}

}  // namespace vf::facts
