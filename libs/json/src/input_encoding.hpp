// UTF-8 for RapidJSON's reader, whole runs at a time. The reader asks the encoding to validate and
// copy "the next character", one call for each; we take all that need no look at the grammar, which
// makes the parse of a usual event twice as fast. Belongs to parse.cpp; pure.
#pragma once

#include <rapidjson/encodings.h>

#include <cstdint>
#include <cstring>
#include <string_view>

#include "input_stream.hpp"
#include "vf/base/text.hpp"

namespace vf::json {

struct input_encoding : rapidjson::UTF8<> {
    // The name and contract of RapidJSON's encoding concept: false refuses the input.
    template <class Output>
    static bool Validate(input_stream& input, Output& output) {
        const std::string_view run = input.plain_run();
        // The reader has seen to it that a plain byte comes next.
        if (run.empty() || !is_utf8(run)) {
            return false;
        }
        std::memcpy(output.Push(static_cast<std::uint32_t>(run.size())), run.data(), run.size());
        input.skip(run.size());
        return true;
    }
};

}  // namespace vf::json
