#include "ingest-gateway/snapshot_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "ingest-gateway/auth/seen_keys.hpp"
#include "vf/base/text.hpp"
#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

const instant now = *parse_instant("2024-11-20T12:00:00Z");

crypto::master_key key_of(char letter) {
    return *crypto::master_key::from_base64(to_base64(std::string(32, letter)));
}

key_snapshot some_keys() {
    customer plain{domain::project_id{"prj_a"}, "key_1", {}, false};
    customer own{domain::project_id{"prj_b"}, "key_2", {5, std::nullopt, 7}, true};
    return {
        {{std::string("\0digest\n", 8), plain, now}, {"other", own, now - std::chrono::hours{1}}},
        {{"prj_a", {"mail user", ""}, now}},
    };
}

struct directory_fixture {
    directory_fixture()
        : directory{
              std::filesystem::temp_directory_path() / ("vf-snapshot-" + std::to_string(::getpid()))
          } {
        std::filesystem::remove_all(directory);
        std::filesystem::create_directories(directory);
    }

    ~directory_fixture() { std::filesystem::remove_all(directory); }

    directory_fixture(const directory_fixture&) = delete;
    directory_fixture& operator=(const directory_fixture&) = delete;

    [[nodiscard]] std::filesystem::path path() const { return directory / "keys.sealed"; }

    void write(const std::string& bytes) const {
        std::ofstream{path(), std::ios::binary | std::ios::trunc} << bytes;
    }

    [[nodiscard]] std::string read() const {
        std::ifstream bytes{path(), std::ios::binary};
        return {std::istreambuf_iterator<char>{bytes}, {}};
    }

    std::filesystem::path directory;
    crypto::master_key key{key_of('k')};
    system_random randomness;
    snapshot_file file{directory, key, randomness};
};

}  // namespace

TEST_CASE("key snapshot: what is written is read again, whatever is in it") {
    const auto text = encode(some_keys());
    const auto read = decode_key_snapshot(text);
    REQUIRE(read.has_value());
    CHECK(encode(*read) == text);
    REQUIRE(read->customers.size() == 2);
    CHECK(read->customers[0].key_digest == std::string("\0digest\n", 8));
    CHECK(read->customers[1].customer.project.text == "prj_b");
    CHECK(read->customers[1].customer.own_limits == rate_limits{5, std::nullopt, 7});
    CHECK(read->customers[1].customer.key_required);
    CHECK(read->customers[1].read_at == now - std::chrono::hours{1});
    CHECK(read->providers.at(0).credentials.username == "mail user");
    CHECK(read->providers.at(0).credentials.password.empty());
    CHECK(decode_key_snapshot(encode({})).has_value());
}

TEST_CASE("key snapshot: anything else is none") {
    const auto text = encode(some_keys());
    for (std::size_t length = 0; length < text.size(); ++length) {
        const auto cut = decode_key_snapshot(text.substr(0, length));
        // A cut between two lines is seen by the seal alone.
        CHECK((!cut || text[length - 1] == '\n'));
    }
    CHECK_FALSE(decode_key_snapshot("vibefollow-keys 2\n").has_value());
    CHECK_FALSE(decode_key_snapshot(text + "key .YQ== .YQ== .YQ== - - - x 1\n").has_value());
    CHECK_FALSE(decode_key_snapshot(text + "door .YQ==\n").has_value());
    CHECK_FALSE(decode_key_snapshot(text + "mail .YQ== .YQ== .YQ== 1 1\n").has_value());
}

TEST_CASE("snapshot file: it is sealed, for its owner alone, and replaced whole") {
    const directory_fixture fixture;
    REQUIRE(fixture.file.save(some_keys()).has_value());
    CHECK_FALSE(fixture.read().contains("prj_"));
    struct stat status{};
    REQUIRE(::stat(fixture.path().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
    const auto before = fixture.read();
    REQUIRE(fixture.file.save({}).has_value());
    CHECK(fixture.read() != before);
    const auto loaded = fixture.file.load();
    REQUIRE(loaded.has_value());
    CHECK(loaded->customers.empty());
    const auto entries = std::filesystem::directory_iterator{fixture.directory};
    CHECK(std::distance(begin(entries), end(entries)) == 1);
}

TEST_CASE("snapshot file: processes of one number may write in one directory at a time") {
    const directory_fixture fixture;
    std::atomic<int> failures{0};
    const auto save_often = [&fixture, &failures] {
        system_random randomness;
        const snapshot_file own{fixture.directory, fixture.key, randomness};
        for (int i = 0; i < 100; ++i) {
            failures += own.save(some_keys()) ? 0 : 1;
        }
    };
    {
        const std::jthread first{save_often};
        const std::jthread second{save_often};
    }
    CHECK(failures == 0);
    CHECK(fixture.file.load().has_value());
}

TEST_CASE("snapshot file: what a process left that died while it wrote goes at the next start") {
    const directory_fixture fixture;
    const auto file_of_age = [&fixture](const char* name, std::chrono::minutes age) {
        const auto path = fixture.directory / name;
        std::ofstream{path} << "half";
        std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - age);
        return path;
    };
    const auto left = file_of_age("keys.sealed.0123", std::chrono::minutes{11});
    const auto written_now = file_of_age("keys.sealed.4567", std::chrono::minutes{0});
    const auto somebody_elses = file_of_age("other.sealed", std::chrono::minutes{11});
    CHECK_FALSE(fixture.file.load().has_value());
    CHECK_FALSE(std::filesystem::exists(left));
    CHECK(std::filesystem::exists(written_now));
    CHECK(std::filesystem::exists(somebody_elses));
}

TEST_CASE("snapshot file: what is missing, damaged, foreign or of another key is none") {
    const directory_fixture fixture;
    CHECK_FALSE(fixture.file.load().has_value());
    REQUIRE(fixture.file.save(some_keys()).has_value());
    CHECK(fixture.file.load().has_value());
    auto damaged = fixture.read();
    const auto other = key_of('o');
    system_random randomness;
    CHECK_FALSE(snapshot_file(fixture.directory, other, randomness).load().has_value());
    fixture.write(damaged.substr(0, damaged.size() / 2));
    CHECK_FALSE(fixture.file.load().has_value());
    damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
    fixture.write(damaged);
    CHECK_FALSE(fixture.file.load().has_value());
    fixture.write("hello");
    CHECK_FALSE(fixture.file.load().has_value());
    fixture.write("");
    CHECK_FALSE(fixture.file.load().has_value());
    std::filesystem::remove(fixture.path());
    REQUIRE(::mkfifo(fixture.path().c_str(), 0600) == 0);
    CHECK_FALSE(fixture.file.load().has_value());
}

TEST_CASE("snapshot file: a directory that takes nothing is an error and leaves what was there") {
    const directory_fixture fixture;
    system_random randomness;
    const snapshot_file nowhere{fixture.directory / "missing", fixture.key, randomness};
    CHECK_FALSE(nowhere.load().has_value());
    const auto saved = nowhere.save(some_keys());
    REQUIRE_FALSE(saved.has_value());
    CHECK(saved.error().code == "cannot_write");
}

TEST_CASE("seen keys: what is restored keeps its age, but none is from the future") {
    seen_keys seen;
    auto keys = some_keys();
    keys.customers[0].read_at = now + std::chrono::hours{9};
    keys.customers[1].read_at = now - std::chrono::hours{9};
    keys.providers.clear();
    seen.restore(keys, now);
    for (const auto& each : seen.snapshot().customers) {
        CHECK(each.read_at == (each.key_digest == "other" ? now - std::chrono::hours{9} : now));
    }
    CHECK(seen.any_within(std::chrono::hours{1}, now + std::chrono::minutes{59}));
    CHECK_FALSE(seen.any_within(std::chrono::hours{1}, now + std::chrono::hours{1}));
    CHECK_FALSE(seen_keys{}.any_within(std::chrono::hours{1}, now));
}
