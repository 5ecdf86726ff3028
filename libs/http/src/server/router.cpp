#include "vf/http/router.hpp"

#include <algorithm>
#include <array>

#include "server/target.hpp"
#include "vf/base/assert.hpp"

namespace vf::http {

namespace {

constexpr std::size_t parts_max = 32;

bool is_parameter(std::string_view part) {
    return part.size() > 2 && part.front() == '{' && part.back() == '}';
}

// The segments of a path as they stand, without memory of their own.
struct segments {
    std::array<std::string_view, parts_max> each;
    std::size_t count{0};
};

// Nothing when there are more than any pattern has.
std::optional<segments> split(std::string_view path) {
    segments segments;
    if (!path.starts_with('/')) {
        return std::nullopt;
    }
    while (!path.empty()) {
        if (segments.count == parts_max) {
            return std::nullopt;
        }
        path.remove_prefix(1);
        segments.each[segments.count] = path.substr(0, path.find('/'));
        path.remove_prefix(segments.each[segments.count].size());
        ++segments.count;
    }
    return segments;
}

bool is_same(std::string_view segment, std::string_view literal) {
    if (segment == literal) {
        return true;
    }
    return segment.find('%') != std::string_view::npos && percent_decode(segment) == literal;
}

bool fits(const std::vector<std::string>& pattern, const segments& path) {
    if (pattern.size() != path.count) {
        return false;
    }
    for (std::size_t index = 0; index < pattern.size(); ++index) {
        const auto segment = path.each[index];
        if (is_parameter(pattern[index]) ? segment.empty() : !is_same(segment, pattern[index])) {
            return false;
        }
    }
    return true;
}

}  // namespace

void router::add(route route) {
    auto segments = split(route.pattern);
    VF_ASSERT(segments.has_value());
    VF_ASSERT((route.handler != nullptr) != (route.on_head != nullptr));
    for (const auto& each : routes_) {
        VF_ASSERT(each.method != route.method || each.pattern != route.pattern);
    }
    path_of_route path;
    for (std::size_t index = 0; index < segments->count; ++index) {
        path.segments.emplace_back(segments->each[index]);
        path.rank.push_back(is_parameter(segments->each[index]) ? 'p' : 'l');
    }
    paths_.push_back(std::move(path));
    routes_.push_back(std::move(route));
}

router::match router::find(std::string_view method, std::string_view path) const {
    match found;
    const auto segments = split(path);
    if (!segments) {
        return found;
    }
    const path_of_route* best = nullptr;
    for (std::size_t index = 0; index < routes_.size(); ++index) {
        const auto& candidate = paths_[index];
        if (!fits(candidate.segments, *segments)) {
            continue;
        }
        const auto& route = routes_[index];
        if (route.method != method) {
            if (std::ranges::find(found.allowed, route.method) == found.allowed.end()) {
                found.allowed.push_back(route.method);
            }
        } else if (best == nullptr || candidate.rank < best->rank) {
            best = &candidate;
            found.route = &route;
        }
    }
    if (best == nullptr) {
        return found;
    }
    found.allowed.clear();
    for (std::size_t index = 0; index < best->segments.size(); ++index) {
        const std::string_view part = best->segments[index];
        if (is_parameter(part)) {
            auto value = percent_decode(segments->each[index]);
            if (!value) {
                return match{};
            }
            found.parameters.emplace(part.substr(1, part.size() - 2), std::move(*value));
        }
    }
    return found;
}

}  // namespace vf::http
