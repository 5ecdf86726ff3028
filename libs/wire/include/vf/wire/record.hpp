// One record of a Kafka topic, as plain bytes. Made by the codecs of this library, carried by
// libs/kafka, which copies at once: nothing of librdkafka outlives a call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vf/base/clock.hpp"

namespace vf::wire {

struct header {
    std::string name;
    std::string value;

    friend bool operator==(const header&, const header&) = default;
};

// On what a person sent through again: the quarantine item it stands for.
inline constexpr std::string_view replay_header = "vf-replay";

// Where a consumed record came from.
struct coordinates {
    std::string topic;
    std::int32_t partition{-1};
    std::int64_t offset{-1};

    friend bool operator==(const coordinates&, const coordinates&) = default;
};

struct record {
    std::string topic;
    std::optional<std::string> key;  // none at all, never "", when there is no order to keep
    std::string value;
    std::vector<header> headers;
    std::int32_t partition{-1};  // set on consumed records only, as is what follows
    std::int64_t offset{-1};
    instant timestamp{};

    [[nodiscard]] coordinates source() const { return {topic, partition, offset}; }

    [[nodiscard]] const std::string* find_header(std::string_view name) const;
};

}  // namespace vf::wire
