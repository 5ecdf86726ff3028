#include "setting_text.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "vf/base/time_text.hpp"

namespace vf::config {

namespace {

std::string_view without_spaces_around(std::string_view text) {
    const std::size_t first = std::min(text.find_first_not_of(' '), text.size());
    text.remove_prefix(first);
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

}  // namespace

std::optional<std::int64_t> integer_of(std::string_view text) {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, number);
    if (stop != end || problem != std::errc{}) {
        return std::nullopt;
    }
    return number;
}

std::optional<bool> boolean_of(std::string_view text) {
    if (text == "true" || text == "1") {
        return true;
    }
    if (text == "false" || text == "0") {
        return false;
    }
    return std::nullopt;
}

std::optional<std::vector<std::string>> words_of(std::string_view text) {
    std::vector<std::string> words;
    if (without_spaces_around(text).empty()) {
        return words;
    }
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t comma = std::min(text.find(',', begin), text.size());
        const std::string_view word = without_spaces_around(text.substr(begin, comma - begin));
        if (word.empty()) {
            return std::nullopt;
        }
        words.emplace_back(word);
        begin = comma + 1;
    }
    return words;
}

std::optional<std::vector<vf::duration>> durations_of(std::string_view text) {
    const std::optional<std::vector<std::string>> words = words_of(text);
    if (!words || words->empty()) {
        return std::nullopt;
    }
    std::vector<vf::duration> durations;
    for (const std::string& word : *words) {
        const result<vf::duration> one = parse_duration(word);
        if (!one) {
            return std::nullopt;
        }
        durations.push_back(*one);
    }
    return durations;
}

std::optional<address> address_of(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view host = text.substr(0, colon);
    const std::string_view digits = text.substr(colon + 1);
    const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        // An address of version 6 without brackets: nobody can tell where its port begins.
        return std::nullopt;
    }
    const std::optional<std::int64_t> port = integer_of(digits);
    if (host.empty() || host.find_first_of("[] /") != std::string_view::npos || !port ||
        *port < 0 || *port > 65'535) {
        return std::nullopt;
    }
    return address{.host = std::string{host}, .port = static_cast<std::uint16_t>(*port)};
}

}  // namespace vf::config
