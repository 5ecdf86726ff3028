#include "vfctl/command_line.hpp"

#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include "vf/base/text.hpp"

namespace vf::vfctl {

namespace {

constexpr int exit_usage = 64;

// One command of the table as CLI11 sees it. The vectors are what it writes into.
struct bound_command {
    const command* chosen;
    CLI::App* parser;
    std::vector<std::pair<const argument*, std::vector<std::string>>> values;
    std::vector<std::string> limit;
    std::vector<std::string> cursor;
};

void bind_argument(CLI::App& parser, const argument& argument, std::vector<std::string>& values) {
    auto* const option =
        parser.add_option(std::string{argument.option}, values, std::string{argument.help});
    if (argument.where == place::body_list) {
        option->delimiter(',');
    } else {
        option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::Throw);
    }
    if (argument.required) {
        option->required();
    }
    if (argument.from_file) {
        option->check(CLI::ExistingFile);
    }
    if (!argument.environment.empty()) {
        option->envname(std::string{argument.environment});
    }
    if (!argument.fallback.empty()) {
        values = {std::string{argument.fallback}};
    }
}

CLI::App& parent_of(CLI::App& root, std::string_view group) {
    const std::string name{group};
    const auto existing =
        root.get_subcommands([&](CLI::App* one) { return one->get_name() == name; });
    if (!existing.empty()) {
        return *existing.front();
    }
    auto* const added = root.add_subcommand(name, fmt::format("{} commands", name));
    added->require_subcommand(1)->fallthrough();
    return *added;
}

void bind_command(CLI::App& root, const command& chosen, std::deque<bound_command>& bounds) {
    const auto space = chosen.words.find(' ');
    const bool alone = space == std::string_view::npos;
    CLI::App& parent = alone ? root : parent_of(root, chosen.words.substr(0, space));
    const std::string name{alone ? chosen.words : chosen.words.substr(space + 1)};
    auto* const parser = parent.add_subcommand(name, std::string{chosen.summary});
    parser->fallthrough();
    bound_command& bound = bounds.emplace_back(bound_command{&chosen, parser, {}, {}, {}});
    for (const argument& argument : chosen.arguments) {
        bound.values.emplace_back(&argument, std::vector<std::string>{});
    }
    for (auto& [argument, values] : bound.values) {
        bind_argument(*parser, *argument, values);
    }
    if (chosen.list) {
        parser->add_option("--limit", bound.limit, "rows of a page, 1 to 500")->expected(1);
        parser->add_option("--cursor", bound.cursor, "what the page before gave")->expected(1);
    }
}

// Without the newline an editor leaves at the end.
std::optional<std::string> read_file(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    if (!file.good() && !file.eof()) {
        return std::nullopt;
    }
    if (text.ends_with('\n')) {
        text.pop_back();
    }
    return text;
}

// CLI11 throws where a command line ends early, for help and for faults alike.
std::optional<int> parse(CLI::App& root, int argc, char** argv) {
    CLI11_PARSE(root, argc, argv)
    return std::nullopt;
}

std::variant<invocation, int> gather(const bound_command& parsed, bool json) {
    invocation invocation{parsed.chosen, {}, json};
    for (const auto& [argument, values] : parsed.values) {
        if (values.empty()) {
            continue;
        }
        auto read = values;
        if (argument->from_file) {
            auto text = read_file(values.front());
            if (!text) {
                fmt::print(stderr, "vfctl: {} cannot be read\n", values.front());
                return exit_usage;
            }
            read = {std::move(*text)};
        }
        for (const auto& value : read) {
            if (!is_utf8(value)) {
                fmt::print(stderr, "vfctl: {} is not UTF-8\n", argument->option);
                return exit_usage;
            }
        }
        invocation.values[std::string{argument->name}] = std::move(read);
    }
    if (!parsed.limit.empty()) {
        invocation.values["limit"] = parsed.limit;
    }
    if (!parsed.cursor.empty()) {
        invocation.values["cursor"] = parsed.cursor;
    }
    return invocation;
}

}  // namespace

std::variant<invocation, int> read_command_line(int argc, char** argv) {
    CLI::App root{
        "vfctl - the command line of the console API.\n"
        "Settings: VF_CONSOLE_URL, VF_ADMIN_TOKEN (or VF_ADMIN_TOKEN_FILE); VF_PROJECT_ID stands"
        " for --project."
    };
    bool json = false;
    root.require_subcommand(1);
    root.add_flag("--json", json, "print the answer of the API as it came");
    std::deque<bound_command> commands;
    for (const command& one : all_commands()) {
        bind_command(root, one, commands);
    }
    if (const auto ended = parse(root, argc, argv)) {
        return *ended == 0 ? 0 : exit_usage;
    }
    for (const bound_command& one : commands) {
        if (one.parser->parsed()) {
            return gather(one, json);
        }
    }
    return exit_usage;
}

}  // namespace vf::vfctl
