#include "vf/domain/ids.hpp"

#include <algorithm>

#include "vf/base/assert.hpp"
#include "vf/base/text.hpp"

namespace vf::domain {

namespace {

constexpr std::string_view base32_digits = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t id_digits = 26;

std::string_view view(const std::array<std::uint8_t, 16>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// 26 digits of 5 bits are 130: the last two bits of the last digit must be zero.
std::optional<record_id> from_base32(std::string_view text) {
    record_id id;
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    std::size_t filled = 0;
    for (const char c : text) {
        const auto digit = base32_digits.find(c);
        if (digit == std::string_view::npos) {
            return std::nullopt;
        }
        buffer = (buffer << 5U) | static_cast<std::uint32_t>(digit);
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            id.bytes[filled++] = static_cast<std::uint8_t>(buffer >> bits);
            buffer &= (1U << bits) - 1U;
            if (filled == id.bytes.size()) {
                break;
            }
        }
    }
    const bool whole = filled == id.bytes.size() && buffer == 0;
    return whole ? std::optional{id} : std::nullopt;
}

}  // namespace

std::string record_id::raw() const {
    return std::string{view(bytes)};
}

std::optional<record_id> record_id::from_raw(std::string_view sixteen_bytes) {
    record_id id;
    if (sixteen_bytes.size() != id.bytes.size()) {
        return std::nullopt;
    }
    std::ranges::copy(sixteen_bytes, id.bytes.begin());
    return id;
}

std::string record_id::uuid() const {
    std::string text = to_hex(view(bytes));
    for (const std::size_t index : {20U, 16U, 12U, 8U}) {
        text.insert(index, 1, '-');
    }
    return text;
}

std::optional<record_id> record_id::from_uuid(std::string_view text) {
    if (text.size() != 36) {
        return std::nullopt;
    }
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash != (text[i] == '-')) {
            return std::nullopt;
        }
        if (!dash) {
            digits += text[i];
        }
    }
    const auto raw = from_hex(digits);
    return raw ? from_raw(*raw) : std::nullopt;
}

event_id event_id_of(const record_id& record) {
    return event_id{std::string{prefix::event} + to_base32(view(record.bytes))};
}

std::optional<record_id> record_of(const event_id& event) {
    if (!is_well_formed(event.text, prefix::event)) {
        return std::nullopt;
    }
    return from_base32(std::string_view{event.text}.substr(prefix::event.size()));
}

record_id make_record_id(instant now, random& randomness) {
    record_id id;
    randomness.fill(id.bytes);
    const auto milliseconds = static_cast<std::uint64_t>(to_microseconds(now) / 1'000);
    for (std::size_t i = 0; i < 6; ++i) {
        id.bytes[i] = static_cast<std::uint8_t>(milliseconds >> (8U * (5U - i)));
    }
    return id;
}

std::string make_id(std::string_view prefix, instant now, random& randomness) {
    return std::string{prefix} + to_base32(view(make_record_id(now, randomness).bytes));
}

bool is_well_formed(std::string_view id, std::string_view prefix) {
    return id.size() == prefix.size() + id_digits && id.starts_with(prefix) &&
           id.find_first_not_of(base32_digits, prefix.size()) == std::string_view::npos;
}

std::string id_from_digest(std::string_view prefix, std::string_view digest) {
    VF_ASSERT(digest.size() >= 16);
    return std::string{prefix} + to_base32(digest.substr(0, 16));
}

record_id record_id_from_digest(std::string_view digest) {
    VF_ASSERT(digest.size() >= 16);
    auto id = *record_id::from_raw(digest.substr(0, 16));
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x80U);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);
    return id;
}

}  // namespace vf::domain
