// The parameters of a rule, each asked for by its name. Faults are kept until `finish`, so that who
// reads can read straight down; the one that stands first in the JSON is reported, and a parameter
// that is missing after all others. Pure; one rule, one object.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/json/value.hpp"

namespace vf::trigger_evaluator {

class parameters {
public:
    // A JSON object whose document outlives this.
    explicit parameters(const json::value& object);

    // It must be there and not empty.
    [[nodiscard]] std::string text(std::string_view name);
    // Not negative; `otherwise` when it is not there.
    [[nodiscard]] duration span(std::string_view name, duration otherwise);
    // The index of the one it is; `otherwise` when it is not there.
    [[nodiscard]] std::size_t choice(
        std::string_view name, std::initializer_list<std::string_view> choices,
        std::size_t otherwise
    );

    // Errors, of kind data, with the parameter as detail: invalid_parameter, and for one that
    // nobody asked for unsupported_parameter, since it would otherwise be silently left undone.
    [[nodiscard]] result<void> finish() const;

private:
    struct fault {
        std::size_t index{0};  // in the object; its size for what is missing
        error why;
    };

    // Null when it is not there.
    const json::value* take(std::string_view name);
    void refuse(std::string_view name);
    // The number of members when it is not there.
    [[nodiscard]] std::size_t index_of(std::string_view name) const;

    std::vector<const json::value*> members_;
    std::vector<bool> taken_;
    std::optional<fault> first_;
};

}  // namespace vf::trigger_evaluator
