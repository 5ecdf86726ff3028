#include "builder.hpp"

#include <algorithm>
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
    if (!has_sound_escapes(decoded, source) || !add(kind::string, source)) {
        return false;
    }
    last().text = decoded;
    return true;
}

bool builder::RawNumber(const char* /*text*/, std::uint32_t /*length*/, bool /*copy*/) {
    const std::string_view source = slices_.token(input_.Tell());
    // RapidJSON refuses 1e400 by its exponent alone and lets 9.9e308 pass.
    const bool may_overflow = source.size() > surely_finite_characters ||
                              source.find_first_of("eE") != std::string_view::npos;
    if (source.size() > limits_.number_characters || (may_overflow && !number_as_double(source))) {
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
    if (!has_sound_escapes(decoded, slices_.token(input_.Tell()))) {
        return false;
    }
    waiting_.emplace_back().name = decoded;
    named_ = true;
    return true;
}

bool builder::EndObject(std::uint32_t count) {
    const std::span<const member> ended = std::span{waiting_}.last(count);
    if (const member* const repeated = find_repeated(ended)) {
        return refuse("duplicate_key", slices_.offset_of(repeated->value.source));
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

// RapidJSON accepts \u0000, which databases cut or refuse, and a lone \udc00, which it decodes to
// bytes that are not UTF-8.
bool builder::has_sound_escapes(std::string_view decoded, std::string_view source) {
    // Every escape is longer than what it stands for: between the quotes of this one is none.
    if (decoded.size() + 2 == source.size()) {
        return true;
    }
    if (decoded.find('\0') != std::string_view::npos) {
        return refuse("nul_character", slices_.offset_of(source));
    }
    if (!is_utf8(decoded)) {
        return refuse("lone_surrogate", slices_.offset_of(source));
    }
    return true;
}

bool builder::refuse(const char* code, std::size_t index) {
    fault_ = fault{code, index};
    return false;
}

}  // namespace vf::json
