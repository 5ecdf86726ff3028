// Every limit of the public contract. Sizes in bytes unless the name says otherwise.
#pragma once

#include <chrono>
#include <cstddef>

namespace vf::domain::limits {

inline constexpr std::size_t external_user_id_characters = 255;
inline constexpr std::size_t event_name_characters = 200;
// Of an address and of what is before its @ (RFC 5321); each part of a domain is a DNS label.
inline constexpr std::size_t email_bytes = 254;
inline constexpr std::size_t email_local_bytes = 64;
inline constexpr std::size_t dns_label_bytes = 63;
inline constexpr std::size_t properties_bytes = 32U << 10U;
inline constexpr std::size_t properties_depth = 10;
// Of one user over all identifies: names, those that were cleared too, and bytes of names and
// values.
inline constexpr std::size_t traits_per_user = 1'000;
inline constexpr std::size_t traits_bytes_per_user = 256U << 10U;

// Of every number anywhere in a record: its characters as written, and its exponent either way.
// Whatever is within is stored exactly by Postgres, as jsonb or numeric, in a few hundred
// characters at most; every double a program prints is within (5e-324 to 1.7976931348623157e308).
inline constexpr std::size_t number_characters = 64;
inline constexpr std::size_t number_exponent = 324;
// JSON values of one record, and how deep it may be as a whole. Properties of full size hold fewer.
inline constexpr std::size_t record_values = 20'000;
inline constexpr std::size_t record_depth = 32;

inline constexpr std::size_t single_body_bytes = 256U << 10U;
inline constexpr std::size_t batch_body_bytes = 5U << 20U;
inline constexpr std::size_t batch_events = 500;
inline constexpr std::size_t bulk_records = 1'000;

// Of the mail provider: an inbound mail with its attachments is the largest. What is larger than
// usual goes on a topic of its own.
inline constexpr std::size_t postmark_body_bytes = 50U << 20U;
inline constexpr std::size_t mail_usual_bytes = 1U << 20U;
// One pair, and what a multipart body puts around it.
inline constexpr std::size_t one_click_body_bytes = 4U << 10U;
inline constexpr std::size_t console_body_bytes = 1U << 20U;

inline constexpr std::size_t idempotency_key_characters = 255;
inline constexpr std::chrono::hours idempotency_window{24};
// A timestamp further ahead than this is refused.
inline constexpr std::chrono::hours timestamp_ahead{24};

inline constexpr std::size_t page_default = 50;
inline constexpr std::size_t page_max = 500;

// Of one webhook attempt: everything from the look-up of the name to the last byte, and what is
// kept of the answer.
inline constexpr std::chrono::seconds attempt_deadline{10};
inline constexpr std::size_t attempt_body_kept = 4U << 10U;

}  // namespace vf::domain::limits
