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

bool is_later(const occurrence& seen, const sighting& than) {
    return std::tie(seen.at, seen.record.bytes) > std::tie(than.at, than.record.bytes);
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

    void seen(const sighting& one) {
        at(one.at);
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

    sighting seen() {
        sighting one;
        one.at = at();
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
        out.at(each.at);
        out.signed_number(each.weight);
    }
}

fact unpack_fact(unpacking& in) {
    fact one;
    one.count = in.number();
    one.weight = in.signed_number();
    one.first_at = in.at();
    one.last = in.seen();
    if (in.number() == 1) {
        one.last_live = in.seen();
    }
    for (auto left = in.number(); left > 0 && !in.spoilt(); --left) {
        weighed each;
        each.at = in.at();
        each.weight = in.signed_number();
        one.newest.push_back(each);
    }
    return one;
}

}  // namespace

void fold(fact& into, const occurrence& seen, std::size_t keep) {
    const bool first = into.count == 0;
    ++into.count;
    into.weight += seen.weight;
    into.first_at = first ? seen.at : std::min(into.first_at, seen.at);
    if (first || is_later(seen, into.last)) {
        into.last = {seen.at, seen.record};
    }
    if (!seen.historical && (!into.last_live || is_later(seen, *into.last_live))) {
        into.last_live = {seen.at, seen.record};
    }
    const weighed one{seen.at, seen.weight};
    into.newest.insert(std::ranges::upper_bound(into.newest, one, std::greater<>{}), one);
    into.newest.resize(std::min(into.newest.size(), keep));
}

std::string pack(const facts& of) {
    if (of.empty()) {
        return {};
    }
    packing out;
    for (const auto& [id, one] : of) {
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
    unpacking in{packed.substr(1)};
    while (!in.finished()) {
        const auto id = static_cast<std::uint32_t>(in.number());
        found.emplace(id, unpack_fact(in));
    }
    return in.spoilt() ? std::nullopt : std::optional{std::move(found)};
}

}  // namespace vf::normaliser
