// The envelope that batch and bulk share: {"events": […], "historical"?: true}. Core.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "vf/json/value.hpp"
#include "vf/wire/customer_json.hpp"

namespace vf::ingest_gateway {

struct list_shape {
    std::string_view member;  // "events" or "users"
    std::size_t records_max;
};

struct record_list {
    const std::vector<json::value>& records;  // of the body, at least one
    bool historical{false};
};

[[nodiscard]] wire::parsed<record_list> parse_list(
    const json::value& body, const list_shape& shape
);

}  // namespace vf::ingest_gateway
