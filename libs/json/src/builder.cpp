#include "builder.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <utility>

#include "number_text.hpp"
#include "vf/base/text.hpp"

namespace vf::json {

namespace {

// Room for a usual event, so that the values do not move as they become more.
constexpr std::size_t bytes_a_value = 16;
constexpr std::size_t values_reserved_max = 1024;
constexpr std::size_t usual_depth = 8;

// Up to this many members every pair is compared, which is cheaper than sorting.
constexpr std::size_t few_members = 64;

// Names may be as long as the input: an answer need not be.
constexpr std::size_t path_bytes_max = 255;

std::string cut(std::string path) {
    if (path.size() <= path_bytes_max) {
        return path;
    }
    path.resize(path_bytes_max);
    // No more than the rest of one character goes.
    while (!is_utf8(path)) {
        path.pop_back();
    }
    return path;
}

// RapidJSON accepts \u0000, which databases cut or refuse, and a lone \udc00, which it decodes to
// bytes that are not UTF-8.
const char* fault_of_escapes(std::string_view decoded, std::string_view source) {
    // Every escape is longer than what it stands for: between the quotes of this one is none.
    if (decoded.size() + 2 == source.size()) {
        return nullptr;
    }
    if (decoded.find('\0') != std::string_view::npos) {
        return "nul_character";
    }
    return is_utf8(decoded) ? nullptr : "lone_surrogate";
}

std::string_view within_quotes(std::string_view source) {
    source.remove_prefix(source.starts_with('"') ? 1 : 0);
    source.remove_suffix(source.ends_with('"') ? 1 : 0);
    return source;
}

// A number of fewer characters without an exponent is below the largest double.
constexpr std::size_t surely_finite_characters = 300;

// Two names of one tag are nearly always the same name: its length and its last bytes.
std::uint64_t tag_of(std::string_view name) {
    std::uint64_t last_bytes = 0;
    const auto size = std::min(name.size(), sizeof last_bytes);
    std::memcpy(&last_bytes, name.data() + name.size() - size, size);
    constexpr std::uint64_t odd = 0x9E37'79B9'7F4A'7C15;
    return last_bytes ^ (name.size() * odd);
}

const value* find_repeated_of_few(const children& members) {
    std::array<std::uint64_t, few_members> tags{};
    std::array<const value*, few_members> before{};
    std::size_t count = 0;
    for (const value& each : members) {
        const auto tag = tag_of(each.name);
        for (std::size_t i = 0; i < count; ++i) {
            if (tags[i] == tag && before[i]->name == each.name) {
                return &each;
            }
        }
        tags[count] = tag;
        before[count] = &each;
        ++count;
    }
    return nullptr;
}

// Sorted and not hashed: names come from outside, and names that collide in a hash are easily made.
const value* find_repeated_of_many(const children& members, std::vector<const value*>& sorted) {
    sorted.clear();
    for (const value& each : members) {
        sorted.push_back(&each);
    }
    std::ranges::sort(sorted, {}, &value::name);
    const auto found = std::ranges::adjacent_find(sorted, {}, &value::name);
    // Members stand in the order of the input, so the larger address is the repetition.
    return found == sorted.end() ? nullptr : std::max(*found, *std::next(found));
}

}  // namespace

builder::builder(std::string_view text, const input_stream& input, const parse_limits& limits)
    : text_{text}, input_{input}, limits_{limits}, slices_{text} {
    document_.values_.clear();
    document_.values_.reserve(std::min(text.size() / bytes_a_value + 1, values_reserved_max));
    open_.reserve(usual_depth);
}

bool builder::Bool(bool truth) {
    if (!add_token(kind::boolean)) {
        return false;
    }
    document_.values_.back().boolean = truth;
    return true;
}

bool builder::String(const char* text, std::uint32_t length, bool /*copy*/) {
    const std::string_view decoded{text, length};
    const std::string_view source = slices_.token(input_.Tell());
    if (const char* const code = fault_of_escapes(decoded, source)) {
        return refuse(code, slices_.offset_of(source));
    }
    if (!add(kind::string, source)) {
        return false;
    }
    document_.values_.back().text = keep(decoded, source);
    return true;
}

bool builder::RawNumber(const char* /*text*/, std::uint32_t /*length*/, bool /*copy*/) {
    const std::string_view source = slices_.token(input_.Tell());
    // RapidJSON refuses 1e400 by its exponent alone and lets 9.9e308 pass.
    const bool has_exponent = source.find_first_of("eE") != std::string_view::npos;
    const bool may_overflow = source.size() > surely_finite_characters || has_exponent;
    const auto exponent = static_cast<std::size_t>(std::abs(number_exponent(source)));
    if (source.size() > limits_.number_characters || exponent > limits_.number_exponent ||
        (may_overflow && !number_as_double(source))) {
        return refuse("number_out_of_range", slices_.offset_of(source));
    }
    if (!add(kind::number, source)) {
        return false;
    }
    document_.values_.back().text = source;
    return true;
}

bool builder::Key(const char* text, std::uint32_t length, bool /*copy*/) {
    const std::string_view decoded{text, length};
    const std::string_view source = slices_.token(input_.Tell());
    if (const char* const code = fault_of_escapes(decoded, source)) {
        return refuse(code, slices_.offset_of(source), within_quotes(source));
    }
    name_ = keep(decoded, source);
    return true;
}

bool builder::EndObject(std::uint32_t count) {
    const children members = end().members();
    if (limits_.repeated_names) {
        open_.pop_back();
        return true;
    }
    const value* const repeated = count <= few_members ? find_repeated_of_few(members)
                                                       : find_repeated_of_many(members, sorted_);
    if (repeated != nullptr) {
        return refuse("duplicate_key", slices_.offset_of(repeated->source), repeated->name);
    }
    open_.pop_back();
    return true;
}

bool builder::EndArray(std::uint32_t /*count*/) {
    end();
    open_.pop_back();
    return true;
}

document builder::take() && {
    VF_ASSERT(!document_.values_.empty() && open_.empty());
    return std::move(document_);
}

bool builder::add(json::kind kind, std::string_view source) {
    auto& values = document_.values_;
    if (values.size() == limits_.values) {
        return refuse("too_large", slices_.offset_of(source));
    }
    if (!open_.empty()) {
        ++values[open_.back()].size_;
    }
    value& added = values.emplace_back();
    added.kind = kind;
    added.name = name_.value_or(std::string_view{});
    added.source = source;
    name_.reset();
    return true;
}

bool builder::add_token(json::kind kind) {
    return add(kind, slices_.token(input_.Tell()));
}

bool builder::open(json::kind kind) {
    if (open_.size() == limits_.depth) {
        return refuse("too_deep", input_.Tell());
    }
    if (!add(kind, slices_.opening(input_.Tell()))) {
        return false;
    }
    open_.push_back(document_.values_.size() - 1);
    return true;
}

// All that was added since the innermost container began is inside it.
const value& builder::end() {
    value& ended = document_.values_[open_.back()];
    ended.span_ = static_cast<std::uint32_t>(document_.values_.size() - open_.back());
    ended.source = slices_.closing(ended.source, input_.Tell());
    return ended;
}

std::string_view builder::keep(std::string_view decoded, std::string_view source) {
    const std::string_view written = within_quotes(source);
    if (decoded.size() == written.size()) {
        return written;
    }
    auto& kept = document_.decoded_;
    // An escape is longer than what it stands for, so all of them fit.
    kept.reserve(text_.size());
    const std::size_t first = kept.size();
    kept.insert(kept.end(), decoded.begin(), decoded.end());
    return {kept.data() + first, decoded.size()};
}

bool builder::refuse(const char* code, std::size_t index) {
    return refuse(code, index, name_under_way());
}

bool builder::refuse(const char* code, std::size_t index, std::string_view name) {
    fault_ = fault{code, index, path_to(name)};
    return false;
}

// Of a member whose value is read now, or of the one that begins here.
std::string_view builder::name_under_way() const {
    return name_ ? *name_ : within_quotes(slices_.pending_string());
}

std::string builder::path_to(std::string_view name) const {
    const auto& values = document_.values_;
    std::string path;
    for (std::size_t i = 0; i < open_.size() && path.size() <= path_bytes_max; ++i) {
        const bool innermost = i + 1 == open_.size();
        const value& container = values[open_[i]];
        if (container.is(kind::array)) {
            // Of the innermost the item that is read now has not been added yet.
            path += '[' + std::to_string(container.size_ - (innermost ? 0 : 1)) + ']';
            continue;
        }
        const std::string_view step = innermost ? name : values[open_[i + 1]].name;
        if (is_utf8(step)) {
            path += path.empty() ? "" : ".";
            path += step;
        }
    }
    return cut(std::move(path));
}

}  // namespace vf::json
