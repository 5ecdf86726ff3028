#include "vf/kafka/replica.hpp"

#include <unistd.h>
#include <algorithm>
#include <array>

namespace vf::kafka {

namespace {

// What is left of Kafka's 249 when the number of a member is added.
constexpr std::size_t replica_bytes_max = 200;

std::string host_name() {
    std::array<char, replica_bytes_max + 1> name{};
    const bool known = ::gethostname(name.data(), name.size() - 1) == 0;
    return known ? std::string{name.data()} : std::string{};
}

// As Kafka names instances.
bool is_name(const std::string& text) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    };
    return !text.empty() && text.size() <= replica_bytes_max && std::ranges::all_of(text, fits);
}

}  // namespace

std::string read_replica(config::reader& reader) {
    constexpr std::string_view name = "VF_REPLICA";
    auto replica = reader.text(
        name, host_name(),
        "This replica of the service: the same each time it is started, another one's never"
    );
    if (!is_name(replica)) {
        reader.fault(name, "must be 1 to 200 letters, digits, dots, dashes and underscores");
    }
    return replica;
}

}  // namespace vf::kafka
