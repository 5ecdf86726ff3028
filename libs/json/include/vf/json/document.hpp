// A parsed text: its values in the order they begin in, and the strings that are not a slice of the
// input, because they were written with escapes. The caller keeps the text; the document may be
// moved, what it refers to stays where it is. Immutable; any thread.
#pragma once

#include <vector>

#include "vf/json/value.hpp"

namespace vf::json {

class document {
public:
    // Of the text "null".
    document() : values_(1) {}

    [[nodiscard]] const value& root() const { return values_.front(); }

private:
    friend class builder;

    std::vector<value> values_;
    std::vector<char> decoded_;  // never grows: the values point into it
};

}  // namespace vf::json
