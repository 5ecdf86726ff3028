#include "vf/wire/record.hpp"

#include <algorithm>

namespace vf::wire {

const std::string* record::find_header(std::string_view name) const {
    const auto found = std::ranges::find(headers, name, &header::name);
    return found == headers.end() ? nullptr : &found->value;
}

}  // namespace vf::wire
