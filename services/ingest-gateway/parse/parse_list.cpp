#include "ingest-gateway/parse/parse_list.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace vf::ingest_gateway {

namespace {

std::unexpected<wire::fault> wrong(std::string_view field, std::string message) {
    return std::unexpected(wire::fault{std::string{field}, std::move(message)});
}

}  // namespace

wire::parsed<record_list> parse_list(const json::value& body, const list_shape& shape) {
    if (!body.is(json::kind::object)) {
        return wrong("", "must be an object");
    }
    const json::value* list = body.find(shape.member);
    if (list == nullptr) {
        return wrong(shape.member, "required");
    }
    if (!list->is(json::kind::array)) {
        return wrong(shape.member, "must be an array");
    }
    if (list->items.empty()) {
        return wrong(shape.member, "must hold at least 1 record");
    }
    if (list->items.size() > shape.records_max) {
        return wrong(shape.member, fmt::format("must hold at most {} records", shape.records_max));
    }
    const json::value* historical = body.find("historical");
    const bool present = historical != nullptr && !historical->is(json::kind::null);
    if (present && !historical->is(json::kind::boolean)) {
        return wrong("historical", "must be true or false");
    }
    return record_list{list->items, present && historical->boolean};
}

}  // namespace vf::ingest_gateway
