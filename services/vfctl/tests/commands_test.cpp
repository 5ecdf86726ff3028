// The table of commands: a row is all that a command needs, and calls a route that exists.
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "vfctl/command_line.hpp"
#include "vfctl/request.hpp"

using namespace vf::vfctl;

namespace {

// The command line of a command with all its arguments, those without an option first; a file where
// it takes one.
std::vector<std::string> words_of(const command& command) {
    std::vector<std::string> words{"vfctl"};
    std::istringstream names{std::string{command.words}};
    for (std::string name; names >> name;) {
        words.push_back(name);
    }
    std::vector<std::string> options;
    for (const argument& argument : command.arguments) {
        const std::string value{argument.from_file ? VF_OPENAPI : "x"};
        if (argument.option.starts_with("--")) {
            options.insert(options.end(), {std::string{argument.option}, value});
        } else {
            words.push_back(value);
        }
    }
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

invocation parse(std::vector<std::string> words) {
    std::vector<char*> pointers;
    for (auto& word : words) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    const auto parsed = read_command_line(static_cast<int>(words.size()), pointers.data());
    REQUIRE(std::holds_alternative<invocation>(parsed));
    return std::get<invocation>(parsed);
}

// "/v1/projects/{}" of "/v1/projects/{p}": parameters have names of their own on either side.
std::string unnamed(std::string_view path) {
    std::string text;
    bool in_name = false;
    for (const char c : path) {
        in_name = in_name && c != '}';
        if (!in_name) {
            text += c;
        }
        in_name = in_name || c == '{';
    }
    return text;
}

// "get /v1/projects/{}" of every operation of docs/openapi.yaml: paths stand two spaces in, methods
// four.
std::set<std::string> described_routes() {
    std::ifstream file{VF_OPENAPI};
    REQUIRE(file.good());
    std::set<std::string> routes;
    std::string path;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("  /") && line.ends_with(':')) {
            path = unnamed(line.substr(2, line.size() - 3));
        } else if (line.starts_with("    ") && line.ends_with(':') && line[4] != ' ') {
            routes.insert(line.substr(4, line.size() - 5) + " " + path);
        }
    }
    return routes;
}

std::string lower(std::string_view text) {
    std::string lowered{text};
    for (char& c : lowered) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return lowered;
}

}  // namespace

TEST_CASE("vfctl: a row of the table is all that a command needs") {
    for (const command& command : all_commands()) {
        CAPTURE(command.words);
        const auto invocation = parse(words_of(command));
        CHECK(invocation.chosen == &command);
        CHECK(invocation.values.size() == command.arguments.size());
        const auto request = make_request(*invocation.chosen, invocation.values);
        CHECK(request.method == command.method);
        CHECK(request.target.find('{') == std::string::npos);
    }
}

TEST_CASE("vfctl: every command calls a route that docs/openapi.yaml describes") {
    const auto routes = described_routes();
    REQUIRE(routes.size() > 20);
    for (const command& command : all_commands()) {
        CAPTURE(command.words, command.path);
        CHECK(routes.contains(lower(command.method) + " " + unnamed(command.path)));
    }
}
