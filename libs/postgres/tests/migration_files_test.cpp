#include <initializer_list>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "migration_files.hpp"
#include "vf/support/temp_folder.hpp"

using namespace vf::postgres;
using vf::support::temp_folder;

namespace {

void check_unreadable(std::initializer_list<std::string> names, std::string_view culprit) {
    const temp_folder temp_folder;
    for (const std::string& name : names) {
        temp_folder.write(name, "SELECT 1");
    }
    const auto read = read_migrations(temp_folder.path());
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == vf::failure::permanent);
    CHECK(read.error().code == "migrations_unreadable");
    CHECK(read.error().detail.contains(culprit));
}

}  // namespace

TEST_CASE("migration files: they are read in the order of their numbers") {
    const temp_folder temp_folder;
    temp_folder.write("0002_more.sql", "second");
    temp_folder.write("0001_first.sql", "first");
    temp_folder.write("README.md", "not ours");
    const auto read = read_migrations(temp_folder.path());
    REQUIRE(read);
    REQUIRE(read->size() == 2);
    CHECK((*read)[0].version == 1);
    CHECK((*read)[0].name == "0001_first.sql");
    CHECK((*read)[0].statements == "first");
    CHECK((*read)[1].version == 2);
    CHECK((*read)[1].statements == "second");
}

TEST_CASE("migration files: a gap, a duplicate, a late start and an odd name are refused") {
    check_unreadable({"0001_a.sql", "0003_c.sql"}, "0003_c.sql");
    check_unreadable({"0001_a.sql", "0001_b.sql"}, "0001_b.sql");
    check_unreadable({"0002_a.sql"}, "0002_a.sql");
    check_unreadable({"0001_a.sql", "2_b.sql"}, "2_b.sql");
    check_unreadable({"0000_a.sql"}, "0000_a.sql");
}

TEST_CASE("migration files: an empty or absent directory is refused") {
    check_unreadable({}, "holds no migration");
    const auto read = read_migrations("/nonexistent/migrations");
    REQUIRE_FALSE(read);
    CHECK(read.error().code == "migrations_unreadable");
}

TEST_CASE("migration files: a version is four digits before an underscore") {
    struct sample {
        std::string name;
        std::int64_t version;
    };

    const auto one = GENERATE(
        sample{"0001_a.sql", 1}, sample{"9999_what_it_does.sql", 9999}, sample{"0001_.sql", 0},
        sample{"0001.sql", 0}, sample{"00012_a.sql", 0}, sample{"-001_a.sql", 0},
        sample{"0001_a.txt", 0}, sample{"", 0}
    );
    CAPTURE(one.name);
    CHECK(version_of(one.name) == one.version);
}
