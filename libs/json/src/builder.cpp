#include "builder.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <span>
#include <utility>

#include "number_text.hpp"
#include "vf/base/text.hpp"

namespace vf::json {

namespace {

// Room for a usual event, so that the stack of waiting values does not grow step by step.
constexpr std::size_t usual_values = 24;
constexpr std::size_t usual_depth = 8;

// Up to this many members every pair is compared, which is cheaper than sorting.
constexpr std::size_t few_members = 16;

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

const member* find_repeated_of_few(std::span<const member> members) {
    for (std::size_t i = 1; i < members.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (members[i].name == members[j].name) {
                return &members[i];
            }
        }
    }
    return nullptr;
}

// Sorted and not hashed: names come from outside, and names that collide in a hash are easily made.
const member* find_repeated_of_many(std::span<const member> members) {
    std::vector<const member*> sorted;
    sorted.reserve(members.size());
    for (const member& one : members) {
        sorted.push_back(&one);
    }
    std::ranges::sort(sorted, {}, [](const member* one) -> std::string_view { return one->name; });
    const auto found = std::ranges::adjacent_find(sorted, [](const member* a, const member* b) {
        return a->name == b->name;
    });
    // Members stand in the order of the input, so the larger address is the repetition.
    return found == sorted.end() ? nullptr : std::max(*found, *std::next(found));
}

const member* find_repeated(std::span<const member> members) {
    return members.size() <= few_members ? find_repeated_of_few(members)
                                         : find_repeated_of_many(members);
}

}  // namespace

builder::builder(std::string_view text, const input_stream& input, const parse_limits& limits)
    : input_{input}, limits_{limits}, slices_{text} {
    waiting_.reserve(usual_values);
    open_.reserve(usual_depth);
}

bool builder::Bool(bool truth) {
    if (!add_token(kind::boolean)) {
        return false;
    }
    last().boolean = truth;
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
    last().text = decoded;
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
    last().text = source;
    return true;
}

bool builder::Key(const char* text, std::uint32_t length, bool /*copy*/) {
    const std::string_view decoded{text, length};
    const std::string_view source = slices_.token(input_.Tell());
    if (const char* const code = fault_of_escapes(decoded, source)) {
        return refuse(code, slices_.offset_of(source), within_quotes(source));
    }
    waiting_.emplace_back().name = decoded;
    named_ = true;
    return true;
}

bool builder::EndObject(std::uint32_t count) {
    const std::span<const member> ended = std::span{waiting_}.last(count);
    if (const member* const repeated = find_repeated(ended)) {
        return refuse("duplicate_key", slices_.offset_of(repeated->value.source), repeated->name);
    }
    const auto first = waiting_.end() - count;
    std::vector<member> members(std::move_iterator{first}, std::move_iterator{waiting_.end()});
    close(count).members = std::move(members);
    return true;
}

bool builder::EndArray(std::uint32_t count) {
    std::vector<value> items;
    items.reserve(count);
    for (member& one : std::span{waiting_}.last(count)) {
        items.push_back(std::move(one.value));
    }
    close(count).items = std::move(items);
    return true;
}

value builder::take() && {
    VF_ASSERT(waiting_.size() == 1 && open_.empty());
    return std::move(last());
}

bool builder::add(json::kind kind, std::string_view source) {
    if (values_ == limits_.values) {
        return refuse("too_large", slices_.offset_of(source));
    }
    ++values_;
    // A member of an object waits already, under its name.
    if (!named_) {
        waiting_.emplace_back();
    }
    named_ = false;
    last().kind = kind;
    last().source = source;
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
    open_.push_back(waiting_.size() - 1);
    return true;
}

// The container whose `count` values stand last; they are gone afterwards.
value& builder::close(std::size_t count) {
    waiting_.erase(waiting_.end() - static_cast<std::ptrdiff_t>(count), waiting_.end());
    VF_ASSERT(open_.back() == waiting_.size() - 1);
    open_.pop_back();
    last().source = slices_.closing(last().source, input_.Tell());
    return last();
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
    return named_ ? std::string_view{waiting_.back().name}
                  : within_quotes(slices_.pending_string());
}

std::string builder::path_to(std::string_view name) const {
    std::string path;
    for (std::size_t i = 0; i < open_.size() && path.size() <= path_bytes_max; ++i) {
        const bool innermost = i + 1 == open_.size();
        // What stands behind an open container is its own: what had ended was moved into it.
        const std::size_t child = innermost ? waiting_.size() - (named_ ? 1 : 0) : open_[i + 1];
        if (waiting_[open_[i]].value.is(kind::array)) {
            path += '[' + std::to_string(child - open_[i] - 1) + ']';
            continue;
        }
        const std::string_view step = innermost ? name : waiting_[child].name;
        if (is_utf8(step)) {
            path += path.empty() ? "" : ".";
            path += step;
        }
    }
    return cut(std::move(path));
}

}  // namespace vf::json
