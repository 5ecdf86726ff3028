// The names of the fields that a shape has, in order: they are a contract. For the tests of the
// resources.
#pragma once

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "console/api/write_json.hpp"
#include "vf/json/parse.hpp"

namespace vf::console {

using field_names = std::vector<std::string>;

template <class Row>
field_names fields_of(const Row& row) {
    const std::string text = object_json(row);
    const auto parsed = json::parse(text);
    REQUIRE(parsed);
    const auto* const data = parsed->root().find("data");
    REQUIRE(data != nullptr);
    field_names names;
    for (const auto& member : data->members()) {
        names.emplace_back(member.name);
    }
    return names;
}

}  // namespace vf::console
