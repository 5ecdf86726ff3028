#include "vf/wire/deferral.hpp"

#include <charconv>
#include <concepts>
#include <optional>
#include <string>

namespace vf::wire {

namespace {

template <std::integral Number>
std::optional<Number> read_number(std::string_view text) {
    Number value{};
    const char* const last = text.data() + text.size();
    const auto [end, failed] = std::from_chars(text.data(), last, value);
    return failed == std::errc{} && end == last && value >= 0 ? std::optional{value} : std::nullopt;
}

std::optional<coordinates> read_origin(std::string_view text) {
    const auto offset = text.rfind('/');
    if (offset == std::string_view::npos || offset == 0) {
        return std::nullopt;
    }
    const auto partition = text.rfind('/', offset - 1);
    if (partition == std::string_view::npos) {
        return std::nullopt;
    }
    const auto number =
        read_number<std::int32_t>(text.substr(partition + 1, offset - partition - 1));
    const auto place = read_number<std::int64_t>(text.substr(offset + 1));
    if (!number || !place) {
        return std::nullopt;
    }
    return coordinates{std::string{text.substr(0, partition)}, *number, *place};
}

}  // namespace

record put_back(const record& original, std::string_view topic) {
    record again;
    again.topic = topic;
    again.key = original.key;
    again.value = original.value;
    again.headers = original.headers;
    if (original.find_header(origin_header) == nullptr) {
        const auto& [name, partition, offset] = original.source();
        again.headers.push_back(
            {std::string{origin_header},
             name + '/' + std::to_string(partition) + '/' + std::to_string(offset)}
        );
    }
    return again;
}

record as_first_read(record again) {
    const std::string* const text = again.find_header(origin_header);
    auto origin = text != nullptr ? read_origin(*text) : std::nullopt;
    if (!origin) {
        return again;
    }
    again.topic = std::move(origin->topic);
    again.partition = origin->partition;
    again.offset = origin->offset;
    std::erase_if(again.headers, [](const header& each) { return each.name == origin_header; });
    return again;
}

}  // namespace vf::wire
