#include "vf/runtime/service_main.hpp"

#include <fmt/core.h>

#include <cstdio>

namespace vf::runtime {

common_settings read_common(config::reader& settings) {
    common_settings common;
    const auto level =
        settings.text("VF_LOG_LEVEL", "info", "Lowest level logged: debug, info, warning or error");
    if (const auto parsed = telemetry::parse_level(level)) {
        common.log_level = *parsed;
    } else {
        settings.fault("VF_LOG_LEVEL", "must be debug, info, warning or error");
    }
    common.start_limit = settings.duration(
        "VF_START_LIMIT", "30s",
        "How long to wait for the database and the broker at start before exit code 75"
    );
    common.drain_limit = settings.duration(
        "VF_DRAIN_LIMIT", "25s", "How long a drain may take after SIGTERM before exit code 70"
    );
    common.admin_listen = settings.address(
        "VF_ADMIN_LISTEN", "127.0.0.1:0", "Where /livez, /readyz and /metrics are served"
    );
    return common;
}

command_line_answer answer_command_line(
    int argc, char** argv, std::string_view service, std::string_view summary,
    const config::reader& settings
) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument{argv[i]};
        if (argument == "--help" || argument == "-h") {
            fmt::print(
                "{} - {}\n\nUsage: {} [--help | --print-config]\n\n"
                "Settings, each an environment variable with a _FILE twin:\n\n{}",
                service, summary, service, settings.help()
            );
            return {true, exit_drained};
        }
        if (argument != "--print-config") {
            fmt::print(stderr, "{}: unknown argument {}; see --help\n", service, argument);
            return {true, exit_bad_configuration};
        }
    }
    if (const auto faults = settings.finish()) {
        fmt::print(stderr, "{}: the configuration has faults:\n{}\n", service, *faults);
        return {true, exit_bad_configuration};
    }
    if (argc > 1) {
        fmt::print("{}", settings.effective());
        return {true, exit_drained};
    }
    return {};
}

}  // namespace vf::runtime
