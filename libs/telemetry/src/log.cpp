#include "vf/telemetry/log.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <iterator>
#include <mutex>

#include "json_text.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/time_text.hpp"

namespace vf::telemetry {

namespace {

// The one process-wide object of the house: written once at the start, then only read.
struct settings {
    std::string service;
    level lowest{level::info};
};

settings& current() {
    static settings process_wide;
    return process_wide;
}

std::string_view name_of(level level) {
    switch (level) {
        case level::debug:
            return "debug";
        case level::info:
            return "info";
        case level::warning:
            return "warning";
        case level::error:
            return "error";
    }
    return "error";
}

void append_member(std::string& line, std::string_view name, std::string_view text) {
    line.push_back(',');
    append_quoted(line, name);
    line.push_back(':');
    append_quoted(line, text);
}

struct append_value {
    std::string& line;

    void operator()(std::string_view text) const { append_quoted(line, text); }

    void operator()(std::int64_t number) const {
        fmt::format_to(std::back_inserter(line), "{}", number);
    }

    void operator()(double number) const {
        // JSON has no word for infinity or for what is no number.
        if (std::isfinite(number)) {
            fmt::format_to(std::back_inserter(line), "{}", number);
        } else {
            line += "null";
        }
    }

    void operator()(bool truth) const { line += truth ? "true" : "false"; }
};

// A log that cannot be written is lost: there is nobody left to tell.
void write_whole(std::string_view line) {
    // Threads may meet here, and a pipe takes only its first 4096 bytes in one piece.
    static std::mutex one_line_at_a_time;
    const std::scoped_lock lock{one_line_at_a_time};
    while (!line.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, line.data(), line.size());
        if (written >= 0) {
            line.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {
            pollfd writable{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
            constexpr int milliseconds_max = 1000;
            if (::poll(&writable, 1, milliseconds_max) == 0) {
                return;
            }
        } else if (errno != EINTR) {
            return;
        }
    }
}

}  // namespace

void start_logging(std::string_view service, level lowest) {
    current() = settings{.service = std::string{service}, .lowest = lowest};
}

result<level> parse_level(std::string_view text) {
    for (const level one : {level::debug, level::info, level::warning, level::error}) {
        if (text == name_of(one)) {
            return one;
        }
    }
    return fail(failure::data, "invalid_log_level", "one of debug, info, warning, error is wanted");
}

void logger::debug(std::string_view message, fields more) const {
    write(level::debug, message, more);
}

void logger::info(std::string_view message, fields more) const {
    write(level::info, message, more);
}

void logger::warning(std::string_view message, fields more) const {
    write(level::warning, message, more);
}

void logger::error(std::string_view message, fields more) const {
    write(level::error, message, more);
}

void logger::write(level level, std::string_view message, fields more) const {
    const settings& set = current();
    if (level < set.lowest) {
        return;
    }
    std::string line = "{\"ts\":\"";
    line += format_instant(system_clock{}.now());
    line += "\",\"level\":\"";
    line += name_of(level);
    line.push_back('"');
    append_member(line, "service", set.service);
    append_member(line, "module", module_);
    append_member(line, "msg", message);
    for (const field& one : more) {
        line.push_back(',');
        append_quoted(line, one.name);
        line.push_back(':');
        std::visit(append_value{line}, one.value);
    }
    line += "}\n";
    write_whole(line);
}

}  // namespace vf::telemetry
