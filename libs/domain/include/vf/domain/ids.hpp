// The ids of the house. Their text is a prefix and 26 characters of base32 over 16 bytes; outside
// this file they are opaque. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/base/strong_id.hpp"

namespace vf::domain {

using project_id = strong_id<struct project_tag>;              // prj_
using key_id = strong_id<struct key_tag>;                      // key_
using endpoint_id = strong_id<struct endpoint_tag>;            // ep_
using event_id = strong_id<struct event_tag>;                  // evt_
using delivery_id = strong_id<struct delivery_tag>;            // dlv_
using quarantine_id = strong_id<struct quarantine_tag>;        // qtn_
using draft_id = strong_id<struct draft_tag>;                  // drf_
using rule_id = strong_id<struct rule_tag>;                    // rul_
using external_user_id = strong_id<struct external_user_tag>;  // the customer's own text

namespace prefix {
inline constexpr std::string_view project = "prj_";
inline constexpr std::string_view key = "key_";
inline constexpr std::string_view endpoint = "ep_";
inline constexpr std::string_view event = "evt_";
inline constexpr std::string_view delivery = "dlv_";
inline constexpr std::string_view quarantine = "qtn_";
inline constexpr std::string_view dead_letter = "dlq_";
inline constexpr std::string_view draft = "drf_";
inline constexpr std::string_view rule = "rul_";
inline constexpr std::string_view fire = "fir_";
inline constexpr std::string_view resend = "rsn_";
}  // namespace prefix

// The 16 bytes of a record; the same for every retry of the same write.
struct record_id {
    std::array<std::uint8_t, 16> bytes{};

    [[nodiscard]] std::string raw() const;
    [[nodiscard]] static std::optional<record_id> from_raw(std::string_view sixteen_bytes);
    // "018f3c2e-…": how Postgres reads and writes a uuid.
    [[nodiscard]] std::string uuid() const;
    [[nodiscard]] static std::optional<record_id> from_uuid(std::string_view text);

    friend bool operator==(const record_id&, const record_id&) = default;
};

// How an event's record id is shown: "evt_…". `record_of` is its inverse.
[[nodiscard]] event_id event_id_of(const record_id& record);
[[nodiscard]] std::optional<record_id> record_of(const event_id& event);

// A new id that sorts by time: 48 bits of milliseconds, 80 random bits.
[[nodiscard]] std::string make_id(std::string_view prefix, instant now, random& randomness);
[[nodiscard]] record_id make_record_id(instant now, random& randomness);

// `prefix` and 26 base32 characters, nothing else.
[[nodiscard]] bool is_well_formed(std::string_view id, std::string_view prefix);

// An id whose 16 bytes come from a digest (32 bytes), for ids derived from their input.
[[nodiscard]] std::string id_from_digest(std::string_view prefix, std::string_view digest);
// UUID version 8 from the first bytes of a digest.
[[nodiscard]] record_id record_id_from_digest(std::string_view digest);

}  // namespace vf::domain
