#include "vf/json/value.hpp"

#include "number_text.hpp"

namespace vf::json {

const value* value::find(std::string_view name) const {
    if (kind != kind::object) {
        return nullptr;
    }
    for (const member& candidate : members) {
        if (candidate.name == name) {
            return &candidate.value;
        }
    }
    return nullptr;
}

std::optional<std::string_view> value::string_at(std::string_view name) const {
    const value* const found = find(name);
    if (found == nullptr || found->kind != kind::string) {
        return std::nullopt;
    }
    return found->text;
}

std::optional<std::int64_t> value::as_integer() const {
    return kind == kind::number ? number_as_integer(text) : std::nullopt;
}

std::optional<double> value::as_double() const {
    return kind == kind::number ? number_as_double(text) : std::nullopt;
}

}  // namespace vf::json
