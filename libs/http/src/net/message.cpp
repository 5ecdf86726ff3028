#include "vf/http/message.hpp"

#include <algorithm>
#include <utility>

#include "net/ascii.hpp"

namespace vf::http {

const std::string* headers::find(std::string_view name) const {
    for (const auto& each : all) {
        if (equal_ignoring_case(each.name, name)) {
            return &each.value;
        }
    }
    return nullptr;
}

std::size_t headers::count(std::string_view name) const {
    auto same = [name](const header& each) { return equal_ignoring_case(each.name, name); };
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), same));
}

void headers::add(std::string name, std::string value) {
    all.push_back(header{std::move(name), std::move(value)});
}

std::optional<std::string_view> request::query_value(std::string_view name) const {
    for (const auto& [key, value] : query) {
        if (key == name) {
            return value;
        }
    }
    return std::nullopt;
}

}  // namespace vf::http
