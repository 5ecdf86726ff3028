// Takes the events of RapidJSON's reader, makes a document of them and refuses what the reader lets
// pass. Belongs to parse.cpp; one parse on one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "input_stream.hpp"
#include "slicer.hpp"
#include "vf/base/assert.hpp"
#include "vf/json/document.hpp"
#include "vf/json/parse.hpp"

namespace vf::json {

class builder {
public:
    struct fault {
        const char* code;
        std::size_t index;
        std::string path;
    };

    builder(std::string_view text, const input_stream& input, const parse_limits& limits);

    // The names of RapidJSON's handler concept; false ends the parse.
    bool Null() { return add_token(kind::null); }

    bool Bool(bool truth);
    bool String(const char* text, std::uint32_t length, bool copy);
    bool RawNumber(const char* text, std::uint32_t length, bool copy);
    bool Key(const char* text, std::uint32_t length, bool copy);

    bool StartObject() { return open(kind::object); }

    bool StartArray() { return open(kind::array); }

    bool EndObject(std::uint32_t count);
    bool EndArray(std::uint32_t count);

    // Numbers arrive as text, so the reader has no reason to call these.
    bool Int(std::int32_t) { return impossible(); }

    bool Uint(std::uint32_t) { return impossible(); }

    bool Int64(std::int64_t) { return impossible(); }

    bool Uint64(std::uint64_t) { return impossible(); }

    bool Double(double) { return impossible(); }

    [[nodiscard]] const std::optional<fault>& found() const { return fault_; }

    // Of the value or name that is read next, where the reader finds a fault by itself.
    [[nodiscard]] std::string path() const { return path_to(name_under_way()); }

    // After a whole parse.
    [[nodiscard]] document take() &&;

private:
    static bool impossible() {
        constexpr bool number_arrives_as_text = false;
        VF_ASSERT(number_arrives_as_text);
        return false;
    }

    bool add(json::kind kind, std::string_view source);
    bool add_token(json::kind kind);
    bool open(json::kind kind);
    const value& end();
    // Of the string that was written so: a slice of the input, or kept in the document.
    std::string_view keep(std::string_view decoded, std::string_view source);

    // What lies in the value that is read now, or in the member of that name.
    bool refuse(const char* code, std::size_t index);
    bool refuse(const char* code, std::size_t index, std::string_view name);

    [[nodiscard]] std::string_view name_under_way() const;
    // To the value of that name in the innermost open object, to the next value of an open array.
    [[nodiscard]] std::string path_to(std::string_view name) const;

    std::string_view text_;
    const input_stream& input_;
    const parse_limits& limits_;
    slicer slices_;
    document document_;
    // Where each open container stands in the document.
    std::vector<std::size_t> open_;
    // Of the member whose value is read next.
    std::optional<std::string_view> name_;
    std::vector<const value*> sorted_;  // of one object at a time
    std::optional<fault> fault_;
};

}  // namespace vf::json
