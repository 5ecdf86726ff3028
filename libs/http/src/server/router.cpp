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
    segments made;
    if (!path.starts_with('/')) {
        return std::nullopt;
    }
    while (!path.empty()) {
        if (made.count == parts_max) {
            return std::nullopt;
        }
        path.remove_prefix(1);
        made.each[made.count] = path.substr(0, path.find('/'));
        path.remove_prefix(made.each[made.count].size());
        ++made.count;
    }
    return made;
}

bool is_same(std::string_view segment, std::string_view literal) {
    if (segment == literal) {
        return true;
    }
    return segment.find('%') != std::string_view::npos && percent_decode(segment) == literal;
}

bool fits(const std::vector<std::string>& parts, const segments& path) {
    if (parts.size() != path.count) {
        return false;
    }
    for (std::size_t at = 0; at < parts.size(); ++at) {
        const auto segment = path.each[at];
        if (is_parameter(parts[at]) ? segment.empty() : !is_same(segment, parts[at])) {
            return false;
        }
    }
    return true;
}

}  // namespace

void router::add(route made) {
    auto parts = split(made.pattern);
    VF_ASSERT(parts.has_value());
    for (const auto& each : routes_) {
        VF_ASSERT(each.method != made.method || each.pattern != made.pattern);
    }
    path_of_route path;
    for (std::size_t at = 0; at < parts->count; ++at) {
        path.parts.emplace_back(parts->each[at]);
        path.rank.push_back(is_parameter(parts->each[at]) ? 'p' : 'l');
    }
    paths_.push_back(std::move(path));
    routes_.push_back(std::move(made));
}

router::match router::find(std::string_view method, std::string_view path) const {
    match found;
    const auto wanted = split(path);
    if (!wanted) {
        return found;
    }
    const path_of_route* best = nullptr;
    for (std::size_t at = 0; at < routes_.size(); ++at) {
        const auto& candidate = paths_[at];
        if (!fits(candidate.parts, *wanted)) {
            continue;
        }
        const auto& route = routes_[at];
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
    for (std::size_t at = 0; at < best->parts.size(); ++at) {
        const std::string_view part = best->parts[at];
        if (is_parameter(part)) {
            auto value = percent_decode(wanted->each[at]);
            if (!value) {
                return match{};
            }
            found.parameters.emplace(part.substr(1, part.size() - 2), std::move(*value));
        }
    }
    return found;
}

}  // namespace vf::http
