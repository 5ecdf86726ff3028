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
struct bound {
    const command* chosen;
    CLI::App* parser;
    std::vector<std::pair<const argument*, std::vector<std::string>>> values;
    std::vector<std::string> limit;
    std::vector<std::string> cursor;
};

void bind_argument(CLI::App& parser, const argument& of, std::vector<std::string>& into) {
    auto* const option = parser.add_option(std::string{of.option}, into, std::string{of.help});
    if (of.where == place::body_list) {
        option->delimiter(',');
    } else {
        option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::Throw);
    }
    if (of.required) {
        option->required();
    }
    if (of.from_file) {
        option->check(CLI::ExistingFile);
    }
    if (!of.environment.empty()) {
        option->envname(std::string{of.environment});
    }
    if (!of.fallback.empty()) {
        into = {std::string{of.fallback}};
    }
}

CLI::App& parent_of(CLI::App& root, std::string_view group) {
    const std::string name{group};
    const auto known = root.get_subcommands([&](CLI::App* one) { return one->get_name() == name; });
    if (!known.empty()) {
        return *known.front();
    }
    auto* const made = root.add_subcommand(name, fmt::format("{} commands", name));
    made->require_subcommand(1)->fallthrough();
    return *made;
}

void bind_command(CLI::App& root, const command& chosen, std::deque<bound>& into) {
    const auto space = chosen.words.find(' ');
    const bool alone = space == std::string_view::npos;
    CLI::App& parent = alone ? root : parent_of(root, chosen.words.substr(0, space));
    const std::string name{alone ? chosen.words : chosen.words.substr(space + 1)};
    auto* const parser = parent.add_subcommand(name, std::string{chosen.summary});
    parser->fallthrough();
    bound& made = into.emplace_back(bound{&chosen, parser, {}, {}, {}});
    for (const argument& of : chosen.arguments) {
        made.values.emplace_back(&of, std::vector<std::string>{});
    }
    for (auto& [of, values] : made.values) {
        bind_argument(*parser, *of, values);
    }
    if (chosen.list) {
        parser->add_option("--limit", made.limit, "rows of a page, 1 to 500")->expected(1);
        parser->add_option("--cursor", made.cursor, "what the page before gave")->expected(1);
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

std::variant<invocation, int> gather(const bound& parsed, bool json) {
    invocation made{parsed.chosen, {}, json};
    for (const auto& [of, values] : parsed.values) {
        if (values.empty()) {
            continue;
        }
        auto kept = values;
        if (of->from_file) {
            auto text = read_file(values.front());
            if (!text) {
                fmt::print(stderr, "vfctl: {} cannot be read\n", values.front());
                return exit_usage;
            }
            kept = {std::move(*text)};
        }
        for (const auto& value : kept) {
            if (!is_utf8(value)) {
                fmt::print(stderr, "vfctl: {} is not UTF-8\n", of->option);
                return exit_usage;
            }
        }
        made.values[std::string{of->name}] = std::move(kept);
    }
    if (!parsed.limit.empty()) {
        made.values["limit"] = parsed.limit;
    }
    if (!parsed.cursor.empty()) {
        made.values["cursor"] = parsed.cursor;
    }
    return made;
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
    std::deque<bound> commands;
    for (const command& one : all_commands()) {
        bind_command(root, one, commands);
    }
    if (const auto ended = parse(root, argc, argv)) {
        return *ended == 0 ? 0 : exit_usage;
    }
    for (const bound& one : commands) {
        if (one.parser->parsed()) {
            return gather(one, json);
        }
    }
    return exit_usage;
}

}  // namespace vf::vfctl
