#include "vf/json/parse.hpp"

#include <fmt/format.h>

// RapidJSON's stack adds to a null pointer before its first allocation. That is harmless and not
// ours to mend, but the undefined behaviour sanitizer rightly objects.
#ifdef __clang__
#pragma clang attribute push(__attribute__((no_sanitize("pointer-overflow"))), apply_to = function)
#endif
#include <rapidjson/error/error.h>
#include <rapidjson/reader.h>
#ifdef __clang__
#pragma clang attribute pop
#endif

#include <limits>
#include <optional>
#include <utility>

#include "builder.hpp"
#include "input_encoding.hpp"
#include "input_stream.hpp"

namespace vf::json {

namespace {

// Iterative, because the recursive mode overflows the stack on a body of brackets; validating,
// because bytes that are not UTF-8 pass otherwise; numbers as text, because 1.10 must stay 1.10.
// kParseStopWhenDoneFlag is never set: it would let trailing text pass.
constexpr unsigned parse_flags = rapidjson::kParseIterativeFlag |
                                 rapidjson::kParseValidateEncodingFlag |
                                 rapidjson::kParseNumbersAsStringsFlag;

// Where RapidJSON collects a decoded string: larger than most, so that it rarely grows.
constexpr std::size_t scratch_bytes = 1024;

// RapidJSON counts in 32 bits.
constexpr std::size_t bytes_max = std::numeric_limits<rapidjson::SizeType>::max();

constexpr const char* not_json = "invalid_json";

std::unexpected<parse_fault> refuse(const char* code, std::size_t offset, std::string path = {}) {
    return std::unexpected(parse_fault{code, offset, std::move(path)});
}

const char* code_of(rapidjson::ParseErrorCode problem) {
    switch (problem) {
        case rapidjson::kParseErrorStringInvalidEncoding:
            return "invalid_utf8";
        case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
            return "lone_surrogate";
        case rapidjson::kParseErrorNumberTooBig:
            return "number_out_of_range";
        default:
            return not_json;
    }
}

}  // namespace

std::expected<document, parse_fault> parse_located(
    std::string_view text, const parse_limits& limits
) {
    if (text.size() > std::min(limits.bytes, bytes_max)) {
        return refuse("too_large", std::min(limits.bytes, bytes_max));
    }
    input_stream input{text};
    builder values{text, input, limits};
    rapidjson::GenericReader<input_encoding, input_encoding> reader{nullptr, scratch_bytes};
    const rapidjson::ParseResult parsed = reader.Parse<parse_flags>(input, values);
    if (const std::optional<builder::fault>& found = values.found()) {
        return refuse(found->code, found->index, found->path);
    }
    if (parsed.IsError()) {
        const char* const code = code_of(parsed.Code());
        // What is no JSON has no names: the text before the fault only looks like one.
        return refuse(code, parsed.Offset(), code == not_json ? std::string{} : values.path());
    }
    // A NUL byte looks like the end to RapidJSON, whatever follows it.
    if (input.Tell() != text.size()) {
        return refuse(not_json, input.Tell());
    }
    return std::move(values).take();
}

result<document> parse(std::string_view text, const parse_limits& limits) {
    auto parsed = parse_located(text, limits);
    if (!parsed) {
        const parse_fault& why = parsed.error();
        return fail(failure::data, why.code, fmt::format("at byte {}", why.offset));
    }
    return std::move(*parsed);
}

}  // namespace vf::json
