// Logs: one JSON object per line on standard output. Any thread; a line is written whole.
// Fields: ts, level, service, module, msg, and what the caller adds. Never payloads or secrets.
// Log once, at the place that decides.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "vf/base/error.hpp"

namespace vf::telemetry {

enum class level { debug, info, warning, error };

struct field {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, double, bool> value;

    field(std::string_view n, std::string_view v) : name{n}, value{v} {}

    field(std::string_view n, const std::string& v) : name{n}, value{std::string_view{v}} {}

    field(std::string_view n, const char* v) : name{n}, value{std::string_view{v}} {}

    field(std::string_view n, bool v) : name{n}, value{v} {}

    field(std::string_view n, double v) : name{n}, value{v} {}

    template <class Integer>
        requires std::is_integral_v<Integer>
    field(std::string_view n, Integer v) : name{n}, value{static_cast<std::int64_t>(v)} {}
};

using fields = std::initializer_list<field>;

// Once, in main, before any thread starts.
void start_logging(std::string_view service, level lowest);
[[nodiscard]] result<level> parse_level(std::string_view text);

// A named place that logs. Cheap to copy.
class logger {
public:
    explicit logger(std::string_view module) : module_{module} {}

    void debug(std::string_view message, fields more = {}) const;
    void info(std::string_view message, fields more = {}) const;
    void warning(std::string_view message, fields more = {}) const;
    void error(std::string_view message, fields more = {}) const;

private:
    void write(level level, std::string_view message, fields more) const;

    std::string module_;
};

}  // namespace vf::telemetry
