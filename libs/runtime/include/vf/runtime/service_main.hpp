// What every service's main does: --help, --print-config, all faults of the configuration at once
// (exit 64), logging, then `run`. Each main.cpp is this one call.
#pragma once

#include <string_view>

#include "vf/base/clock.hpp"
#include "vf/config/reader.hpp"
#include "vf/runtime/run.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::runtime {

// Settings every service has; services read them first, through `read_common`.
struct common_settings {
    telemetry::level log_level{telemetry::level::info};
    vf::duration start_limit{};  // for the database and the broker to answer
    vf::duration drain_limit{};
    config::address admin_listen;
};

[[nodiscard]] common_settings read_common(config::reader& settings);

// Whether the command line was one that ends the process (--help, --print-config, a fault), and its
// exit code.
struct command_line_answer {
    bool finished{false};
    int exit_code{exit_drained};
};

[[nodiscard]] command_line_answer answer_command_line(
    int argc, char** argv, std::string_view service, std::string_view summary,
    const config::reader& settings
);

// `read` fills the service's settings struct, which has a member `common`. `App` is constructed
// from it and has `events()`, `stop()` and `fault()` beside being an `application`.
template <class App, class Settings>
int service_main(
    int argc, char** argv, std::string_view service, std::string_view summary,
    Settings (*read)(config::reader&)
) {
    config::reader reader{config::process_environment()};
    const Settings settings = read(reader);
    const auto answer = answer_command_line(argc, argv, service, summary, reader);
    if (answer.finished) {
        return answer.exit_code;
    }
    telemetry::start_logging(service, settings.common.log_level);
    App app{settings};
    return run(app.events(), app, app.stop(), app.fault(), settings.common.drain_limit);
}

}  // namespace vf::runtime
