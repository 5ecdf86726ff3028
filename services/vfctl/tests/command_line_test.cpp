#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "vfctl/command_line.hpp"

using namespace vf::vfctl;

namespace {

std::variant<invocation, int> typed(std::vector<std::string> words) {
    words.insert(words.begin(), "vfctl");
    std::vector<char*> pointers;
    for (auto& word : words) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    return read_command_line(static_cast<int>(words.size()), pointers.data());
}

invocation understood(std::vector<std::string> words) {
    const auto parsed = typed(std::move(words));
    REQUIRE(std::holds_alternative<invocation>(parsed));
    return std::get<invocation>(parsed);
}

}  // namespace

TEST_CASE("vfctl: words choose the command, options give its values") {
    const auto invocation = understood(
        {"endpoint", "create", "--project", "prj_1", "--url", "https://x.com/", "--event-types",
         "email.opened,email.bounced", "--json"}
    );
    CHECK(invocation.chosen->words == "endpoint create");
    CHECK(invocation.json);
    CHECK(invocation.values.at("project") == std::vector<std::string>{"prj_1"});
    CHECK(
        invocation.values.at("event_types") ==
        std::vector<std::string>{"email.opened", "email.bounced"}
    );
    CHECK_FALSE(invocation.values.contains("signature"));
}

TEST_CASE("vfctl: commands of one word, positions and defaults") {
    CHECK(understood({"pipeline"}).chosen->words == "pipeline");
    CHECK(understood({"--json", "lifeline", "evt_1"}).values.at("id").front() == "evt_1");
    const auto rule = understood({"rule", "activate", "rul_1", "--project", "prj_1"});
    CHECK(rule.values.at("scope").front() == "future");
    const auto list = understood({"audit", "--limit", "5", "--cursor", "abc"});
    CHECK(list.values.at("limit").front() == "5");
    CHECK(list.values.at("cursor").front() == "abc");
}

TEST_CASE("vfctl: a body comes from a file, without its last newline") {
    const auto path = std::filesystem::temp_directory_path() /
                      ("vfctl_body_" + std::to_string(::getpid()) + ".json");
    std::ofstream{path} << "{\"a\":1}\n";
    const auto invocation = understood(
        {"quarantine", "replay", "qtn_1", "--reason", "fixed", "--body-file", path.string()}
    );
    std::filesystem::remove(path);
    CHECK(invocation.values.at("body").front() == "{\"a\":1}");
    CHECK(invocation.values.at("reason").front() == "fixed");
}

TEST_CASE("vfctl: help is 0, everything that cannot be understood is 64") {
    CHECK(std::get<int>(typed({"--help"})) == 0);
    CHECK(std::get<int>(typed({"key", "list", "--help"})) == 0);
    const auto wrong = GENERATE(
        std::vector<std::string>{}, std::vector<std::string>{"key"},
        std::vector<std::string>{"nonsense"},
        std::vector<std::string>{"delivery", "resend", "dlv_1"},
        std::vector<std::string>{"delivery", "show"},
        std::vector<std::string>{"pipeline", "--nonsense"},
        std::vector<std::string>{
            "quarantine", "replay", "qtn_1", "--reason", "r", "--body-file", "/nonexistent"
        }
    );
    CHECK(std::get<int>(typed(wrong)) == 64);
}
