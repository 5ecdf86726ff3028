#include "server/target.hpp"

#include <array>

#include "net/ascii.hpp"
#include "vf/base/text.hpp"

namespace vf::http {

namespace {

std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        const auto part = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (part.empty()) {
            continue;
        }
        const auto equals = std::min(part.find('='), part.size());
        auto name = percent_decode(part.substr(0, equals), true);
        auto value = percent_decode(part.substr(std::min(equals + 1, part.size())), true);
        if (!name || !value) {
            return std::nullopt;
        }
        pairs.emplace_back(std::move(*name), std::move(*value));
    }
    return pairs;
}

std::string_view without_origin(std::string_view text) {
    constexpr std::array<std::string_view, 2> schemes{"http://", "https://"};
    for (auto scheme : schemes) {
        if (equal_ignoring_case(text.substr(0, scheme.size()), scheme)) {
            return text.substr(std::min(text.find('/', scheme.size()), text.size()));
        }
    }
    return text;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t index = 0; index < text.size(); ++index) {
        char c = text[index];
        if (c == '%') {
            if (text.size() - index < 3) {
                return std::nullopt;
            }
            const int high = hex_value(text[index + 1]);
            const int low = hex_value(text[index + 2]);
            if (high < 0 || low < 0 || (high == 0 && low == 0)) {
                return std::nullopt;
            }
            c = static_cast<char>(high * 16 + low);
            index += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        decoded.push_back(c);
    }
    if (!is_utf8(decoded)) {
        return std::nullopt;
    }
    return decoded;
}

std::optional<request_target> parse_target(std::string_view text) {
    text = without_origin(text);
    if (!text.starts_with('/') || text.find('#') != std::string_view::npos) {
        return std::nullopt;
    }
    const auto question = std::min(text.find('?'), text.size());
    request_target request_target;
    request_target.raw_path = text.substr(0, question);
    auto path = percent_decode(request_target.raw_path);
    auto query = parse_query(text.substr(std::min(question + 1, text.size())));
    if (!path || !query) {
        return std::nullopt;
    }
    request_target.path = std::move(*path);
    request_target.query = std::move(*query);
    return request_target;
}

}  // namespace vf::http
