#include "vf/json/value.hpp"

#include "number_text.hpp"

namespace vf::json {

children value::items() const {
    return kind == kind::array ? children{*this} : children{};
}

children value::members() const {
    return kind == kind::object ? children{*this} : children{};
}

const value* value::find(std::string_view member_name) const {
    for (const value& each : members()) {
        if (each.name == member_name) {
            return &each;
        }
    }
    return nullptr;
}

std::optional<std::string_view> value::string_at(std::string_view member_name) const {
    const value* const found = find(member_name);
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
