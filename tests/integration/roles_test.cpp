#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "normaliser_scene.hpp"

using namespace vf;
using namespace vf::normaliser_tests;

namespace {

const std::vector<std::string> services{
    "ingest-gateway", "normaliser", "trigger-evaluator", "webhook-dispatcher", "console"
};

std::string role_of(std::string service) {
    std::ranges::replace(service, '-', '_');
    return "vf_" + service;
}

using names = std::set<std::string>;

// Table → the services its owner lines name, of every migration.
std::map<std::string, names> owners() {
    static const std::regex owner{R"(^-- owner: (.*)$)"};
    static const std::regex table{R"(^CREATE TABLE (\w+) \($)"};
    static const std::regex word{R"([a-z-]+)"};
    std::map<std::string, names> found;
    for (const auto& file :
         std::filesystem::directory_iterator{VF_SOURCE_DIR "/deploy/migrations"}) {
        std::ifstream lines{file.path()};
        names last;
        std::smatch match;
        for (std::string line; std::getline(lines, line);) {
            if (std::regex_match(line, match, owner)) {
                const std::string list = match[1];
                last.clear();
                for (std::sregex_iterator at{list.begin(), list.end(), word}, end; at != end;
                     ++at) {
                    last.insert(at->str());
                }
            } else if (std::regex_match(line, match, table)) {
                found[match[1]] = last;
            }
        }
    }
    return found;
}

bool may(scene& at, const std::string& service, const std::string& statement) {
    auto work = [&](postgres::transaction& in) {
        in.query("SELECT set_config('role', $1, true)", postgres::params{}.text(role_of(service)));
        in.query(statement);
    };
    const auto done = support::run_task(at.events(), at.database().transact(work));
    if (!done) {
        const auto& why = done.error().detail;
        CHECK((why.contains("permission denied") || why.contains("must be owner")));
    }
    return done.has_value();
}

}  // namespace

TEST_CASE("roles: a service writes the tables it owns and no others", "[integration]") {
    scene at;
    const auto tables = owners();
    CHECK(tables.size() > 20);
    for (const auto& [table, owned_by] : tables) {
        for (const auto& service : services) {
            const auto has = [&](const std::string& privilege) {
                return at.ask(
                           "SELECT has_table_privilege('" + role_of(service) + "', '" + table +
                           "', '" + privilege + "')::text"
                       ) == "true";
            };
            INFO(service << " on " << table);
            // The one shared column: the evaluator may set the mark and make none.
            const bool marks_only = service == "trigger-evaluator" && table == "user_due";
            const bool owns = owned_by.contains(service) && !marks_only;
            CHECK(has("DELETE") == owns);
            CHECK(has("INSERT") == (owns || table == "erasure_steps"));
            CHECK(has("UPDATE") == owns);
        }
    }
}

TEST_CASE("roles: an address is read by the normaliser and the console only", "[integration]") {
    scene at;
    for (const auto& service : services) {
        const bool reads = service == "normaliser" || service == "console";
        INFO(service);
        CHECK(may(at, service, "SELECT email FROM users") == reads);
        CHECK(may(at, service, "SELECT name FROM users") == reads);
        CHECK(may(at, service, "SELECT u FROM users u") == reads);
        CHECK(may(at, service, "SELECT value FROM quarantine_items") == (service == "console"));
    }
    CHECK(may(at, "trigger-evaluator", "SELECT user_id, stage, traits FROM users"));
    CHECK_FALSE(may(at, "trigger-evaluator", "UPDATE users SET stage = 'active'"));
    CHECK(may(at, "trigger-evaluator", "UPDATE user_due SET next_eval_at = now()"));
    CHECK_FALSE(may(at, "trigger-evaluator", "UPDATE user_due SET project_id = 'x'"));
    CHECK_FALSE(may(at, "webhook-dispatcher", "SELECT digest FROM api_keys"));
    CHECK_FALSE(may(at, "ingest-gateway", "SELECT secret_sealed FROM endpoints"));
}

TEST_CASE("roles: the normaliser makes and drops partitions it does not own", "[integration]") {
    scene at;
    CHECK(may(at, "normaliser", "SELECT make_all_partitions(current_date + 40)"));
    CHECK(may(at, "normaliser", "SELECT drop_days_before('idempotency_claims', current_date)"));
    CHECK_FALSE(may(at, "console", "SELECT drop_days_before('events', current_date)"));
    CHECK_FALSE(may(at, "normaliser", "DROP TABLE events_default"));
}
