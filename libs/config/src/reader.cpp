#include "vf/config/reader.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <ios>
#include <utility>

#include "closest_name.hpp"
#include "setting_text.hpp"
#include "vf/base/assert.hpp"
#include "vf/base/time_text.hpp"
#include "vf/config/names.hpp"

namespace vf::config {

namespace {

constexpr std::string_view prefix = "VF_";
constexpr std::string_view file_suffix = "_FILE";
constexpr std::size_t file_bytes_max = 64 * 1024;

// Nothing for a file that cannot be read, such as a directory, or that is no setting by its size.
std::optional<std::string> read_file(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    std::string text(file_bytes_max + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.eof() || file.bad()) {
        return std::nullopt;
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.ends_with('\n')) {
        text.pop_back();
        if (text.ends_with('\r')) {
            text.pop_back();
        }
    }
    return text;
}

bool is_known(std::string_view name) {
    return std::ranges::any_of(known_names(), [name](std::string_view each) {
        return each.ends_with('_') ? name.starts_with(each) && name.size() > each.size()
                                   : name == each;
    });
}

std::string excerpt(std::string_view text) {
    constexpr std::size_t shown_max = 80;
    return text.size() <= shown_max ? fmt::format("\"{}\"", text)
                                    : fmt::format("\"{}…\"", text.substr(0, shown_max));
}

}  // namespace

environment process_environment() {
    environment variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        const std::size_t equals = text.find('=');
        if (equals != std::string_view::npos) {
            variables.emplace(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    return variables;
}

std::string reader::text(std::string_view name, std::string_view help) {
    return read(name, std::nullopt, help, false);
}

std::string reader::text(std::string_view name, std::string_view fallback, std::string_view help) {
    return read(name, fallback, help, false);
}

std::string reader::secret(std::string_view name, std::string_view help) {
    return read(name, std::nullopt, help, true);
}

std::string reader::secret(
    std::string_view name, std::string_view fallback, std::string_view help
) {
    return read(name, fallback, help, true);
}

std::int64_t reader::integer(
    std::string_view name, std::int64_t fallback, std::int64_t low, std::int64_t high,
    std::string_view help
) {
    const std::string value = read(name, fmt::to_string(fallback), help, false);
    const std::optional<std::int64_t> number = integer_of(value);
    if (!number || *number < low || *number > high) {
        fault(
            name,
            fmt::format("is {}: a whole number from {} to {} is wanted", excerpt(value), low, high)
        );
        return fallback;
    }
    return *number;
}

bool reader::boolean(std::string_view name, bool fallback, std::string_view help) {
    const std::string value = read(name, fallback ? "true" : "false", help, false);
    const std::optional<bool> truth = boolean_of(value);
    if (!truth) {
        fault(name, fmt::format("is {}: true, false, 1 or 0 is wanted", excerpt(value)));
    }
    return truth.value_or(fallback);
}

vf::duration reader::duration(
    std::string_view name, std::string_view fallback, std::string_view help
) {
    const std::string value = read(name, fallback, help, false);
    const result<vf::duration> parsed = parse_duration(value);
    if (!parsed) {
        fault(
            name,
            fmt::format(
                "is {}: a duration such as 250ms, 30s, 2m, 6h or 30d is wanted", excerpt(value)
            )
        );
        return vf::duration{0};
    }
    return *parsed;
}

std::vector<vf::duration> reader::durations(
    std::string_view name, std::string_view fallback, std::string_view help
) {
    const std::string value = read(name, fallback, help, false);
    std::optional<std::vector<vf::duration>> parsed = durations_of(value);
    if (!parsed) {
        fault(
            name,
            fmt::format(
                "is {}: durations such as 0s,30s,2m,6h are wanted, at least one", excerpt(value)
            )
        );
        return {};
    }
    return std::move(*parsed);
}

std::vector<std::string> reader::list(
    std::string_view name, std::string_view fallback, std::string_view help
) {
    const std::string value = read(name, fallback, help, false);
    std::optional<std::vector<std::string>> words = words_of(value);
    if (!words) {
        fault(name, fmt::format("is {}: words between commas are wanted", excerpt(value)));
        return {};
    }
    return std::move(*words);
}

config::address reader::address(
    std::string_view name, std::string_view fallback, std::string_view help
) {
    const std::string value = read(name, fallback, help, false);
    if (value.empty() && fallback.empty()) {
        return {};
    }
    std::optional<config::address> parsed = address_of(value);
    if (!parsed) {
        fault(name, fmt::format("is {}: host:port or [v6]:port is wanted", excerpt(value)));
        return {};
    }
    return std::move(*parsed);
}

void reader::fault(std::string_view name, std::string_view message) {
    // One fault for each setting: a missing value would else be reported as malformed too.
    const std::string start = fmt::format("{} ", name);
    if (std::ranges::none_of(faults_, [&start](const std::string& earlier) {
            return earlier.starts_with(start);
        })) {
        faults_.push_back(start + std::string{message});
    }
}

std::optional<std::string> reader::finish() const {
    std::vector<std::string> faults = faults_;
    for (const auto& [variable, value] : variables_) {
        std::string_view name = variable;
        if (!name.starts_with(prefix) || is_known(name)) {
            continue;
        }
        if (name.ends_with(file_suffix)) {
            name.remove_suffix(file_suffix.size());
        }
        const bool is_read =
            std::ranges::any_of(settings_, [name](const setting& one) { return one.name == name; });
        if (is_known(name) || is_read) {
            continue;
        }
        std::vector<std::string_view> candidates{known_names().begin(), known_names().end()};
        for (const setting& one : settings_) {
            candidates.push_back(one.name);
        }
        const std::optional<std::string_view> meant = closest_name(name, candidates);
        const std::string hint = meant ? fmt::format("; did you mean {}?", *meant) : std::string{};
        faults.push_back(fmt::format("{} is no setting that anything here knows{}", variable, hint)
        );
    }
    if (faults.empty()) {
        return std::nullopt;
    }
    return fmt::format("{}", fmt::join(faults, "\n"));
}

std::string reader::help() const {
    std::string text;
    for (const setting& one : settings_) {
        std::string otherwise = "required";
        if (one.fallback && one.fallback->empty()) {
            otherwise = "optional";
        } else if (one.fallback) {
            otherwise = one.secret ? "has a default" : fmt::format("default {}", *one.fallback);
        }
        text += fmt::format("  {}\n      {} ({})\n", one.name, one.help, otherwise);
    }
    text += "Each may be given as <NAME>_FILE instead: the path of a file that holds the value.\n";
    return text;
}

std::string reader::effective() const {
    std::string text;
    for (const setting& one : settings_) {
        const bool is_hidden = one.secret && !one.value.empty();
        text += fmt::format("{}={}\n", one.name, is_hidden ? "<redacted>" : one.value);
    }
    return text;
}

std::string reader::read(
    std::string_view name, std::optional<std::string_view> fallback, std::string_view help,
    bool secret
) {
    VF_ASSERT(name.starts_with(prefix) && !name.ends_with(file_suffix));
    const auto direct = variables_.find(name);
    const auto twin = variables_.find(fmt::format("{}{}", name, file_suffix));
    std::optional<std::string> value;
    if (direct != variables_.end() && twin != variables_.end()) {
        fault(name, fmt::format("and {} are both set; keep one", twin->first));
        value = direct->second;
    } else if (direct != variables_.end()) {
        value = direct->second;
    } else if (twin != variables_.end()) {
        value = read_file(twin->second);
        if (!value) {
            fault(name, fmt::format("cannot be read from the file {}", excerpt(twin->second)));
        }
    }
    if (value && value->empty() && !fallback) {
        value.reset();
    }
    if (!value && !fallback) {
        fault(name, "is required");
    }
    if (!value) {
        value = fallback.value_or("");
    }
    settings_.push_back(setting{
        .name = std::string{name},
        .help = std::string{help},
        .fallback = fallback ? std::optional{std::string{*fallback}} : std::nullopt,
        .value = *value,
        .secret = secret
    });
    return *value;
}

}  // namespace vf::config
