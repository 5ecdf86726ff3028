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

wire::parsed<record_list> parse_list(const json::value& body, const list_shape& as) {
    if (!body.is(json::kind::object)) {
        return wrong("", "must be an object");
    }
    const json::value* list = body.find(as.member);
    if (list == nullptr) {
        return wrong(as.member, "required");
    }
    if (!list->is(json::kind::array)) {
        return wrong(as.member, "must be an array");
    }
    if (list->items.empty()) {
        return wrong(as.member, "must hold at least 1 record");
    }
    if (list->items.size() > as.records_max) {
        return wrong(as.member, fmt::format("must hold at most {} records", as.records_max));
    }
    const json::value* historical = body.find("historical");
    const bool said = historical != nullptr && !historical->is(json::kind::null);
    if (said && !historical->is(json::kind::boolean)) {
        return wrong("historical", "must be true or false");
    }
    return record_list{list->items, said && historical->boolean};
}

}  // namespace vf::ingest_gateway
