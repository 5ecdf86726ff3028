#include "console/intake/addresses.hpp"

#include <algorithm>
#include <set>

#include "vf/json/parse.hpp"

namespace vf::console {

namespace {

constexpr std::size_t addresses_max = 1'000;

bool is_of_domain(char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool is_of_local_part(char c) {
    constexpr std::string_view others = "!#$%&'*+/=?^_`{|}~";
    return is_of_domain(c) || others.contains(c);
}

std::string_view without_dots_around(std::string_view text) {
    while (text.starts_with('.')) {
        text.remove_prefix(1);
    }
    while (text.ends_with('.')) {
        text.remove_suffix(1);
    }
    return text;
}

// Whatever stands on both sides of an @.
void find_addresses(std::string_view text, std::set<std::string>& found) {
    for (auto sign = text.find('@'); sign != std::string_view::npos;
         sign = text.find('@', sign + 1)) {
        auto first = sign;
        while (first > 0 && is_of_local_part(text[first - 1])) {
            --first;
        }
        auto last = sign + 1;
        while (last < text.size() && is_of_domain(text[last])) {
            ++last;
        }
        const auto address = without_dots_around(text.substr(first, last - first));
        const bool whole = address.size() > 2 && address.front() != '@' && address.back() != '@';
        if (whole && found.size() < addresses_max) {
            found.insert(lower_address(address));
        }
    }
}

void find_in_json(const json::value& value, std::set<std::string>& found) {
    if (value.is(json::kind::string)) {
        find_addresses(value.text, found);
    }
    for (const auto& item : value.items()) {
        find_in_json(item, found);
    }
    for (const auto& member : value.members()) {
        find_addresses(member.name, found);
        find_in_json(member, found);
    }
}

}  // namespace

std::string lower_address(std::string_view address) {
    std::string lower{address};
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
}

std::vector<std::string> addresses_in(std::string_view body) {
    std::set<std::string> found;
    const auto parsed = json::parse(body);
    if (parsed) {
        find_in_json(parsed->root(), found);
    } else {
        find_addresses(body, found);
    }
    return {found.begin(), found.end()};
}

}  // namespace vf::console
