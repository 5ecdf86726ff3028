#include "packing_version_1.hpp"

#include <cstdint>

namespace vf::facts {

namespace {

constexpr unsigned bits = 7;
constexpr std::uint64_t low_bits = 0x7FU;
constexpr std::uint8_t more = 0x80U;

// After a byte that does not belong, every further number is 0 and `whole` false.
class reader {
public:
    explicit reader(std::string_view packed) : left_{packed} {}

    std::uint64_t number() {
        constexpr unsigned bits_most = 64;
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < bits_most; shift += bits) {
            if (left_.empty()) {
                break;
            }
            const auto byte = static_cast<std::uint8_t>(left_.front());
            left_.remove_prefix(1);
            value |= (byte & low_bits) << shift;
            if ((byte & more) == 0) {
                return value;
            }
        }
        spoilt_ = true;
        return 0;
    }

    std::int64_t signed_number() {
        const auto value = number();
        return static_cast<std::int64_t>(value >> 1U) ^ -static_cast<std::int64_t>(value & 1U);
    }

    instant timestamp() { return from_microseconds(signed_number()); }

    event_reference reference() {
        event_reference one;
        one.occurred_at = timestamp();
        const auto record = domain::record_id::from_raw(left_.substr(0, one.record.bytes.size()));
        if (!record) {
            spoilt_ = true;
            return one;
        }
        one.record = *record;
        left_.remove_prefix(one.record.bytes.size());
        return one;
    }

    [[nodiscard]] bool spoilt() const { return spoilt_; }

    [[nodiscard]] bool finished() const { return spoilt_ || left_.empty(); }

private:
    std::string_view left_;
    bool spoilt_{false};
};

fact read_fact(reader& packed) {
    fact one;
    one.count = packed.number();
    one.weight = packed.signed_number();
    one.first_at = packed.timestamp();
    one.last = packed.reference();
    if (packed.number() == 1) {
        one.last_live = packed.reference();
    }
    for (auto left = packed.number(); left > 0 && !packed.spoilt(); --left) {
        weighted_time each;
        each.occurred_at = packed.timestamp();
        each.weight = packed.signed_number();
        one.newest.push_back(each);
    }
    return one;
}

}  // namespace

std::optional<user_facts> unpack_version_1(std::string_view packed) {
    user_facts found;
    reader rest{packed};
    while (!rest.finished()) {
        const auto id = static_cast<std::uint32_t>(rest.number());
        found.emplace(id, read_fact(rest));
    }
    return rest.spoilt() ? std::nullopt : std::optional{std::move(found)};
}

}  // namespace vf::facts
