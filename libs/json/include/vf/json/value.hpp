// A parsed JSON value that keeps what other parsers lose: the text of a number as it was sent and
// the verbatim slice of the input each value came from. Immutable after parse; any thread.
// `source` points into the parsed text, which the caller keeps alive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vf::json {

enum class kind { null, boolean, number, string, array, object };

struct member;

struct value {
    json::kind kind{json::kind::null};
    bool boolean{false};
    std::string text;  // the decoded string, or the number exactly as it was written
    std::vector<value> items;
    std::vector<member> members;
    std::string_view source;

    [[nodiscard]] bool is(json::kind requested_kind) const { return kind == requested_kind; }

    // The member of that name of an object; null when absent or when this is no object.
    [[nodiscard]] const value* find(std::string_view name) const;
    // The last member whose name passes: where one thing may be named in several ways, it is what
    // was written last. Null as above.
    template <class Test>
    [[nodiscard]] const value* find_last(Test is_it) const;
    // The string of that member; nothing when absent or of another type.
    [[nodiscard]] std::optional<std::string_view> string_at(std::string_view name) const;
    // A number that is a whole int64 ("5", "5.0", "5e0" are; "5.5" and 2^63 are not).
    [[nodiscard]] std::optional<std::int64_t> as_integer() const;
    [[nodiscard]] std::optional<double> as_double() const;
};

struct member {
    std::string name;
    json::value value;
};

template <class Test>
const value* value::find_last(Test is_it) const {
    for (auto each = members.rbegin(); each != members.rend(); ++each) {
        if (is_it(each->name)) {
            return &each->value;
        }
    }
    return nullptr;
}

}  // namespace vf::json
