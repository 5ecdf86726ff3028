// Stable reason codes of what is set aside, and of deliveries that are given up. They are shown to
// people, grouped by, and never renamed.
#pragma once

#include <string_view>

namespace vf::domain::reason {

// The record itself.
inline constexpr std::string_view undecodable_record = "undecodable_record";
inline constexpr std::string_view unsupported_version = "unsupported_version";
inline constexpr std::string_view unknown_project = "unknown_project";
// What the customer sent; `field` says where.
inline constexpr std::string_view invalid_body = "invalid_body";
inline constexpr std::string_view invalid_property = "invalid_property";
inline constexpr std::string_view unknown_user = "unknown_user";
// The user would hold more traits than one may.
inline constexpr std::string_view too_many_traits = "too_many_traits";
// Its Idempotency-Key belongs to another body.
inline constexpr std::string_view idempotency_conflict = "idempotency_conflict";
// The database refused the values.
inline constexpr std::string_view refused_by_database = "refused_by_database";
// Our code threw an exception over it.
inline constexpr std::string_view processing_failed = "processing_failed";
// Mail.
inline constexpr std::string_view unknown_mail_kind = "unknown_mail_kind";
inline constexpr std::string_view unmatched_mail = "unmatched_mail";
// Several users or drafts fit it.
inline constexpr std::string_view ambiguous_mail = "ambiguous_mail";
// Deliveries.
inline constexpr std::string_view attempts_exhausted = "attempts_exhausted";
inline constexpr std::string_view endpoint_gone = "endpoint_gone";
inline constexpr std::string_view endpoint_disabled = "endpoint_disabled";

}  // namespace vf::domain::reason
