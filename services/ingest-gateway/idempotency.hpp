// The Idempotency-Key of a request and the record ids that follow from it: a retry with the same
// key makes the same ids at any replica, with nothing stored. Core.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replies.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/domain/ids.hpp"
#include "vf/http/message.hpp"

namespace vf::ingest_gateway {

// Nothing when none was sent. One header of 1 to 255 printable ASCII characters, else 422.
[[nodiscard]] std::expected<std::optional<std::string>, refusal> idempotency_key(
    const http::headers& of
);

struct id_scope {
    const domain::project_id& project;
    std::string_view path;  // a key used on two paths makes two sets of ids
    const std::optional<std::string>& key;
};

// One id a record, in order; without a key they are new ones.
[[nodiscard]] std::vector<domain::record_id> record_ids(
    const id_scope& scope, std::size_t count, instant now, random& randomness
);

}  // namespace vf::ingest_gateway
