// docs/openapi.yaml against the routes, both ways. The document is ours: paths stand two spaces in,
// methods four.
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "console/api/routes.hpp"

namespace {

std::string upper(std::string text) {
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') {
            c = static_cast<char>(c - 'a' + 'A');
        }
    }
    return text;
}

// "GET /v1/audit" of every operation under `prefix`.
std::set<std::string> described(const std::string& prefix) {
    std::ifstream file{VF_OPENAPI};
    REQUIRE(file.good());
    std::set<std::string> values;
    std::string path;
    bool in_paths = false;
    for (std::string line; std::getline(file, line);) {
        if (!line.empty() && line.front() != ' ' && line.front() != '#') {
            in_paths = line == "paths:";
        }
        if (!in_paths || !line.ends_with(':')) {
            continue;
        }
        if (line.starts_with("  /")) {
            path = line.substr(2, line.size() - 3);
        } else if (line.starts_with("    ") && line[4] != ' ') {
            const std::string name = line.substr(4, line.size() - 5);
            const bool method = name == "get" || name == "post" || name == "put" ||
                                name == "patch" || name == "delete";
            if (method && path.starts_with(prefix)) {
                values.insert(upper(name) + " " + path);
            }
        }
    }
    return values;
}

}  // namespace

TEST_CASE("openapi: the document describes exactly the routes of the console") {
    std::set<std::string> served;
    std::istringstream lines{vf::console::routes_text()};
    for (std::string line; std::getline(lines, line);) {
        CHECK(served.insert(line).second);
    }
    REQUIRE(served.size() > 20);
    CHECK(described("/v1/") == served);
}

TEST_CASE("openapi: the public ingest endpoints are described") {
    const auto paths = described("/api/v1/");
    CHECK(paths.contains("POST /api/v1/users"));
    CHECK(paths.contains("POST /api/v1/events"));
    CHECK(paths.contains("POST /api/v1/events/batch"));
    CHECK(paths.contains("POST /api/v1/postmark/{project}"));
    CHECK(described("/u/") == std::set<std::string>{"GET /u/{token}", "POST /u/{token}"});
}
