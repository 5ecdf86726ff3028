// Settings from the environment. A service describes each setting as it reads it, then calls
// `finish`, which reports every fault at once. Start-up only, one thread.
//
// A setting VF_<NAME> may be given as VF_<NAME>_FILE instead: the file's text, one trailing newline
// removed. Giving both is a fault. A VF_ variable that no part of the house knows (names.hpp) is a
// fault: a typo must not silently become a default. Secrets are never printed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"

namespace vf::config {

using environment = std::map<std::string, std::string, std::less<>>;

// What the process was started with.
[[nodiscard]] environment process_environment();

struct address {
    std::string host;
    std::uint16_t port{0};
};

class reader {
public:
    explicit reader(environment variables) : variables_{std::move(variables)} {}

    // `help` is one line. A setting without a default is required.
    std::string text(std::string_view name, std::string_view help);
    std::string text(std::string_view name, std::string_view fallback, std::string_view help);
    // As `text`, but --print-config shows only that it is set.
    std::string secret(std::string_view name, std::string_view help);
    std::string secret(std::string_view name, std::string_view fallback, std::string_view help);
    std::int64_t integer(
        std::string_view name, std::int64_t fallback, std::int64_t low, std::int64_t high,
        std::string_view help
    );
    bool boolean(std::string_view name, bool fallback, std::string_view help);
    vf::duration duration(std::string_view name, std::string_view fallback, std::string_view help);
    // Comma-separated durations, at least one.
    std::vector<vf::duration> durations(
        std::string_view name, std::string_view fallback, std::string_view help
    );
    // Comma-separated words, possibly none.
    std::vector<std::string> list(
        std::string_view name, std::string_view fallback, std::string_view help
    );
    // "host:port" or "[v6]:port". With an empty fallback it may be absent: then the host is empty.
    config::address address(
        std::string_view name, std::string_view fallback, std::string_view help
    );

    // For a check the service makes itself.
    void fault(std::string_view name, std::string_view message);

    // Every fault, one per line, or nothing.
    [[nodiscard]] std::optional<std::string> finish() const;

    // The text of --help and of --print-config (NAME=value, secrets as <redacted>).
    [[nodiscard]] std::string help() const;
    [[nodiscard]] std::string effective() const;

private:
    struct setting {
        std::string name;
        std::string help;
        std::optional<std::string> fallback;
        std::string value;
        bool secret{false};
    };

    std::string read(
        std::string_view name, std::optional<std::string_view> fallback, std::string_view help,
        bool secret
    );

    environment variables_;
    std::vector<setting> settings_;
    std::vector<std::string> faults_;
};

}  // namespace vf::config
