// What every codec of this library shares: the version each message carries and how a protobuf
// message becomes a result.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vf/base/error.hpp"
#include "vf/domain/reasons.hpp"
#include "vf/wire/record.hpp"

namespace vf::wire {

inline constexpr std::uint32_t message_version = 1;

// `is_whole` tells a message from an empty record, which parses as all defaults.
template <class Message, class IsWhole>
[[nodiscard]] result<Message> parse_message(const record& record, IsWhole is_whole) {
    Message message;
    if (!message.ParseFromString(record.value)) {
        return fail(
            failure::data, std::string{domain::reason::undecodable_record},
            "not a message of this topic"
        );
    }
    if (message.version() > message_version) {
        return fail(
            failure::data, std::string{domain::reason::unsupported_version},
            "version " + std::to_string(message.version())
        );
    }
    if (message.version() == 0 || !is_whole(message)) {
        return fail(
            failure::data, std::string{domain::reason::undecodable_record},
            "an empty message, or one without a time"
        );
    }
    return message;
}

// Whether microseconds since 1970 are a time that anything of ours can have: until the year 9999.
// Sums with a time beyond could overflow.
[[nodiscard]] inline bool is_time(std::int64_t microseconds) {
    return microseconds >= 0 && microseconds < 253'402'300'800'000'000;
}

// The key that keeps everything of one user of one project in order.
[[nodiscard]] inline std::string ordered_key(std::string_view project, std::string_view subject) {
    std::string key;
    key.reserve(project.size() + 1 + subject.size());
    key += project;
    key += ':';
    key += subject;
    return key;
}

}  // namespace vf::wire
