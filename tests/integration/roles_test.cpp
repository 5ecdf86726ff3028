#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "normaliser_fixture.hpp"

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
                for (std::sregex_iterator name{list.begin(), list.end(), word}, end; name != end;
                     ++name) {
                    last.insert(name->str());
                }
            } else if (std::regex_match(line, match, table)) {
                found[match[1]] = last;
            }
        }
    }
    return found;
}

bool may(normaliser_fixture& fixture, const std::string& service, const std::string& statement) {
    auto work = [&](postgres::transaction& tx) {
        tx.query("SELECT set_config('role', $1, true)", postgres::params{}.text(role_of(service)));
        tx.query(statement);
    };
    const auto done = support::run_task(fixture.events(), fixture.database().transact(work));
    if (!done) {
        const auto& why = done.error().detail;
        CHECK((why.contains("permission denied") || why.contains("must be owner")));
    }
    return done.has_value();
}

}  // namespace

TEST_CASE("roles: a service writes the tables it owns and no others", "[integration]") {
    normaliser_fixture fixture;
    const auto tables = owners();
    CHECK(tables.size() > 20);
    for (const auto& [table, owned_by] : tables) {
        for (const auto& service : services) {
            const auto has = [&](const std::string& privilege) {
                return fixture.query_text(
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
    normaliser_fixture fixture;
    for (const auto& service : services) {
        const bool reads = service == "normaliser" || service == "console";
        INFO(service);
        CHECK(may(fixture, service, "SELECT email FROM users") == reads);
        CHECK(may(fixture, service, "SELECT name FROM users") == reads);
        CHECK(may(fixture, service, "SELECT u FROM users u") == reads);
        CHECK(
            may(fixture, service, "SELECT value FROM quarantine_items") == (service == "console")
        );
    }
    CHECK(may(fixture, "trigger-evaluator", "SELECT user_id, stage, traits FROM users"));
    CHECK_FALSE(may(fixture, "trigger-evaluator", "UPDATE users SET stage = 'active'"));
    CHECK(may(fixture, "trigger-evaluator", "UPDATE user_due SET next_eval_at = now()"));
    CHECK_FALSE(may(fixture, "trigger-evaluator", "UPDATE user_due SET project_id = 'x'"));
    CHECK_FALSE(may(fixture, "webhook-dispatcher", "SELECT digest FROM api_keys"));
    CHECK_FALSE(may(fixture, "ingest-gateway", "SELECT secret_sealed FROM endpoints"));
}

TEST_CASE("roles: the normaliser makes and drops partitions it does not own", "[integration]") {
    normaliser_fixture fixture;
    CHECK(may(fixture, "normaliser", "SELECT make_all_partitions(current_date + 40)"));
    CHECK(may(fixture, "normaliser", "SELECT drop_days_before('idempotency_claims', current_date)")
    );
    CHECK_FALSE(may(fixture, "console", "SELECT drop_days_before('events', current_date)"));
    CHECK_FALSE(may(fixture, "normaliser", "DROP TABLE event_rows_default"));
}
