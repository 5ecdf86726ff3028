#include "normaliser/facts/facts.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

namespace vf::normaliser {

namespace {

constexpr std::uint8_t version = 1;
constexpr unsigned bits = 7;
constexpr std::uint64_t low_bits = 0x7FU;
constexpr std::uint8_t more = 0x80U;

bool is_later(const occurrence& seen, const event_reference& event_reference) {
    return std::tie(seen.occurred_at, seen.record.bytes) >
           std::tie(event_reference.occurred_at, event_reference.record.bytes);
}

class packing {
public:
    packing() { out_.push_back(static_cast<char>(version)); }

    void number(std::uint64_t left) {
        for (; left > low_bits; left >>= bits) {
            out_.push_back(static_cast<char>((left & low_bits) | more));
        }
        out_.push_back(static_cast<char>(left));
    }

    void signed_number(std::int64_t value) {
        number((static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63));
    }

    void at(instant when) { signed_number(to_microseconds(when)); }

    void seen(const event_reference& one) {
        at(one.occurred_at);
        out_ += one.record.raw();
    }

    std::string take() && { return std::move(out_); }

private:
    std::string out_;
};

// After a byte that does not belong, every further number is 0 and `whole` false.
class unpacking {
public:
    explicit unpacking(std::string_view packed) : left_{packed} {}

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

    instant at() { return from_microseconds(signed_number()); }

    event_reference seen() {
        event_reference one;
        one.occurred_at = at();
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

void pack_fact(packing& out, const fact& one) {
    out.number(one.count);
    out.signed_number(one.weight);
    out.at(one.first_at);
    out.seen(one.last);
    out.number(one.last_live ? 1 : 0);
    if (one.last_live) {
        out.seen(*one.last_live);
    }
    out.number(one.newest.size());
    for (const auto& each : one.newest) {
        out.at(each.occurred_at);
        out.signed_number(each.weight);
    }
}

fact unpack_fact(unpacking& unpacking) {
    fact one;
    one.count = unpacking.number();
    one.weight = unpacking.signed_number();
    one.first_at = unpacking.at();
    one.last = unpacking.seen();
    if (unpacking.number() == 1) {
        one.last_live = unpacking.seen();
    }
    for (auto left = unpacking.number(); left > 0 && !unpacking.spoilt(); --left) {
        weighted_time each;
        each.occurred_at = unpacking.at();
        each.weight = unpacking.signed_number();
        one.newest.push_back(each);
    }
    return one;
}

}  // namespace

void fold(fact& fact, const occurrence& seen, std::size_t keep) {
    const bool first = fact.count == 0;
    ++fact.count;
    fact.weight += seen.weight;
    fact.first_at = first ? seen.occurred_at : std::min(fact.first_at, seen.occurred_at);
    if (first || is_later(seen, fact.last)) {
        fact.last = {seen.occurred_at, seen.record};
    }
    if (!seen.historical && (!fact.last_live || is_later(seen, *fact.last_live))) {
        fact.last_live = {seen.occurred_at, seen.record};
    }
    const weighted_time one{seen.occurred_at, seen.weight};
    fact.newest.insert(std::ranges::upper_bound(fact.newest, one, std::greater<>{}), one);
    fact.newest.resize(std::min(fact.newest.size(), keep));
}

std::string pack(const facts& facts) {
    if (facts.empty()) {
        return {};
    }
    packing out;
    for (const auto& [id, one] : facts) {
        out.number(id);
        pack_fact(out, one);
    }
    return std::move(out).take();
}

std::optional<facts> unpack(std::string_view packed) {
    facts found;
    if (packed.empty()) {
        return found;
    }
    if (static_cast<std::uint8_t>(packed.front()) != version) {
        return std::nullopt;
    }
    unpacking unpacking{packed.substr(1)};
    while (!unpacking.finished()) {
        const auto id = static_cast<std::uint32_t>(unpacking.number());
        found.emplace(id, unpack_fact(unpacking));
    }
    return unpacking.spoilt() ? std::nullopt : std::optional{std::move(found)};
}

}  // namespace vf::normaliser
