#include "trigger-evaluator/evaluate/parameters.hpp"

#include <algorithm>
#include <iterator>

#include "vf/base/time_text.hpp"

namespace vf::trigger_evaluator {

parameters::parameters(const json::value& object) {
    for (const auto& member : object.members()) {
        members_.push_back(&member);
    }
    taken_.resize(members_.size(), false);
}

const json::value* parameters::take(std::string_view name) {
    const auto index = index_of(name);
    if (index == members_.size()) {
        return nullptr;
    }
    taken_[index] = true;
    return members_[index];
}

void parameters::refuse(std::string_view name) {
    const auto index = index_of(name);
    if (!first_ || index < first_->index) {
        first_ = {index, {failure::data, "invalid_parameter", std::string{name}}};
    }
}

std::size_t parameters::index_of(std::string_view name) const {
    const auto found = std::ranges::find(members_, name, &json::value::name);
    return static_cast<std::size_t>(std::distance(members_.begin(), found));
}

std::string parameters::text(std::string_view name) {
    const auto* value = take(name);
    if (value == nullptr || !value->is(json::kind::string) || value->text.empty()) {
        refuse(name);
        return {};
    }
    return std::string{value->text};
}

duration parameters::span(std::string_view name, duration otherwise) {
    const auto* value = take(name);
    if (value == nullptr) {
        return otherwise;
    }
    const auto span = parse_duration(value->text);
    if (!value->is(json::kind::string) || !span || *span < duration{0}) {
        refuse(name);
        return otherwise;
    }
    return *span;
}

std::size_t parameters::choice(
    std::string_view name, std::initializer_list<std::string_view> choices, std::size_t otherwise
) {
    const auto* value = take(name);
    if (value == nullptr) {
        return otherwise;
    }
    const auto found = std::ranges::find(choices, value->text);
    if (!value->is(json::kind::string) || found == choices.end()) {
        refuse(name);
        return otherwise;
    }
    return static_cast<std::size_t>(std::distance(choices.begin(), found));
}

result<void> parameters::finish() const {
    const auto left = std::ranges::find(taken_, false);
    const auto index = static_cast<std::size_t>(std::distance(taken_.begin(), left));
    if (left != taken_.end() && (!first_ || index < first_->index)) {
        return fail(failure::data, "unsupported_parameter", std::string{members_[index]->name});
    }
    if (first_) {
        return std::unexpected(first_->why);
    }
    return {};
}

}  // namespace vf::trigger_evaluator
