#include "vf/config/reader.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "vf/base/random.hpp"
#include "vf/base/text.hpp"

namespace {

using namespace std::chrono_literals;
using vf::config::environment;
using vf::config::reader;

// A folder of its own for each test, gone with it.
class temporary_folder {
public:
    temporary_folder() {
        vf::system_random randomness;
        path_ = std::filesystem::temp_directory_path() /
                ("vf_config_test_" + vf::to_base62(randomness.next(), 11));
        std::filesystem::create_directory(path_);
    }

    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;

    ~temporary_folder() { std::filesystem::remove_all(path_); }

    [[nodiscard]] std::string path() const { return path_.string(); }

    [[nodiscard]] std::string write(std::string_view name, std::string_view text) const {
        const std::filesystem::path file = path_ / name;
        std::ofstream{file, std::ios::binary} << text;
        return file.string();
    }

private:
    std::filesystem::path path_;
};

struct address_case {
    std::string_view text;
    std::string_view host;
    std::uint16_t port;
};

struct list_case {
    std::string_view text;
    std::vector<std::string> words;
};

reader with(std::string_view name, std::string_view value) {
    return reader{environment{{std::string{name}, std::string{value}}}};
}

}  // namespace

TEST_CASE("config: a setting is taken from the environment, else from its default") {
    reader reader{environment{{"VF_LISTEN", "a"}, {"VF_MASTER_KEY", "k"}, {"HOME", "/root"}}};
    CHECK(reader.text("VF_LISTEN", "x", "Where to listen") == "a");
    CHECK(reader.text("VF_LOG_LEVEL", "info", "What to log") == "info");
    CHECK(reader.secret("VF_MASTER_KEY", "The key") == "k");
    CHECK(reader.secret("VF_ADMIN_TOKEN", "", "The token").empty());
    CHECK_FALSE(reader.finish());
}

TEST_CASE("config: a setting without default is required, and empty is missing") {
    reader missing{environment{{"VF_DATABASE_URL", ""}}};
    CHECK(missing.text("VF_DATABASE_URL", "The database").empty());
    CHECK(missing.secret("VF_MASTER_KEY", "The key").empty());
    CHECK(missing.finish() == "VF_DATABASE_URL is required\nVF_MASTER_KEY is required");
}

TEST_CASE("config: an empty value overrides a default") {
    reader empty = with("VF_EGRESS_ALLOW", "");
    CHECK(empty.text("VF_EGRESS_ALLOW", "10.0.0.0/8", "Ranges").empty());
    reader none = with("VF_EGRESS_ALLOW", " ");
    CHECK(none.list("VF_EGRESS_ALLOW", "10.0.0.0/8", "Ranges").empty());
    CHECK_FALSE(none.finish());
}

TEST_CASE("config: the _FILE twin gives the file's text without its last newline") {
    const temporary_folder folder;
    const auto [content, expected] = GENERATE(
        std::pair{"secret", "secret"}, std::pair{"secret\n", "secret"},
        std::pair{"secret\r\n", "secret"}, std::pair{"secret\n\n", "secret\n"},
        std::pair{" secret ", " secret "}, std::pair{"\n", ""}, std::pair{"", ""}
    );
    reader twin = with("VF_MASTER_KEY_FILE", folder.write("key", content));
    CHECK(twin.secret("VF_MASTER_KEY", "", "The key") == expected);
    CHECK_FALSE(twin.finish());
}

TEST_CASE("config: a file may be as large as 64 KiB") {
    const temporary_folder folder;
    const std::string text(64 * 1024, 'x');
    reader twin = with("VF_MASTER_KEY_FILE", folder.write("key", text));
    CHECK(twin.secret("VF_MASTER_KEY", "The key") == text);
}

TEST_CASE("config: a twin whose file cannot be read is one fault that names the file") {
    const temporary_folder folder;
    const std::string missing = folder.path() + "/missing";
    const std::string large = folder.write("large", std::string(64 * 1024 + 1, 'x'));
    for (const std::string& path : {missing, folder.path(), large}) {
        reader twin = with("VF_MASTER_KEY_FILE", path);
        CHECK(twin.secret("VF_MASTER_KEY", "The key").empty());
        CHECK(twin.finish() == "VF_MASTER_KEY cannot be read from the file \"" + path + "\"");
    }
}

TEST_CASE("config: both twins at once are a fault") {
    reader both{environment{{"VF_LISTEN", ":1"}, {"VF_LISTEN_FILE", "/nowhere"}}};
    (void)both.text("VF_LISTEN", "", "Where to listen");
    CHECK(both.finish() == "VF_LISTEN and VF_LISTEN_FILE are both set; keep one");
}

TEST_CASE("config: an integer stays between its limits") {
    const auto read = [](std::string_view text) {
        reader one = with("VF_DATABASE_CONNECTIONS", text);
        const std::int64_t number = one.integer("VF_DATABASE_CONNECTIONS", 4, 1, 64, "Connections");
        return std::pair{number, one.finish().value_or("")};
    };
    CHECK(read("1") == std::pair{std::int64_t{1}, std::string{}});
    CHECK(read("64") == std::pair{std::int64_t{64}, std::string{}});
    for (const std::string_view bad :
         {"0", "65", "-1", "", " 5", "5 ", "+5", "5.0", "five", "99999999999999999999"}) {
        CAPTURE(bad);
        CHECK(
            read(bad) ==
            std::pair{
                std::int64_t{4}, "VF_DATABASE_CONNECTIONS is \"" + std::string{bad} +
                                     "\": a whole number from 1 to 64 is wanted"
            }
        );
    }
    reader absent{environment{}};
    CHECK(absent.integer("VF_DATABASE_CONNECTIONS", -7, -9, 9, "Connections") == -7);
    CHECK_FALSE(absent.finish());
}

TEST_CASE("config: a boolean is true, false, 1 or 0") {
    CHECK(with("VF_TEST_FLAG", "true").boolean("VF_TEST_FLAG", false, "A flag"));
    CHECK(with("VF_TEST_FLAG", "1").boolean("VF_TEST_FLAG", false, "A flag"));
    CHECK_FALSE(with("VF_TEST_FLAG", "false").boolean("VF_TEST_FLAG", true, "A flag"));
    CHECK_FALSE(with("VF_TEST_FLAG", "0").boolean("VF_TEST_FLAG", true, "A flag"));
    CHECK(reader{environment{}}.boolean("VF_TEST_FLAG", true, "A flag"));
    reader bad = with("VF_TEST_FLAG", "TRUE");
    CHECK_FALSE(bad.boolean("VF_TEST_FLAG", false, "A flag"));
    CHECK(bad.finish() == "VF_TEST_FLAG is \"TRUE\": true, false, 1 or 0 is wanted");
}

TEST_CASE("config: durations are read one by one or as a list") {
    reader good{
        environment{{"VF_EVALUATION_INTERVAL", "250ms"}, {"VF_RETRY_SCHEDULE", "0s, 30s,2m"}}
    };
    CHECK(good.duration("VF_EVALUATION_INTERVAL", "60s", "Interval") == 250ms);
    CHECK(good.duration("VF_CLOCK_GRACE", "5m", "Grace") == 5min);
    CHECK(
        good.durations("VF_RETRY_SCHEDULE", "0s", "Schedule") ==
        std::vector<vf::duration>{0s, 30s, 2min}
    );
    CHECK_FALSE(good.finish());

    reader bad{environment{{"VF_EVALUATION_INTERVAL", "60"}}};
    (void)bad.duration("VF_EVALUATION_INTERVAL", "60s", "Interval");
    CHECK(
        bad.finish() ==
        "VF_EVALUATION_INTERVAL is \"60\": a duration such as 250ms, 30s, 2m, 6h "
        "or 30d is wanted"
    );
    for (const std::string_view text : {"", ",", "0s,", "0s,,1s", "0s;1s", "0s,x"}) {
        CAPTURE(text);
        reader list = with("VF_RETRY_SCHEDULE", text);
        CHECK(list.durations("VF_RETRY_SCHEDULE", "0s", "Schedule").empty());
        CHECK(
            list.finish() == "VF_RETRY_SCHEDULE is \"" + std::string{text} +
                                 "\": durations such as 0s,30s,2m,6h are wanted, at least one"
        );
    }
}

TEST_CASE("config: a list is split at commas") {
    const list_case one = GENERATE(
        list_case{"", {}}, list_case{"  ", {}}, list_case{"a", {"a"}}, list_case{"a,b", {"a", "b"}},
        list_case{" a , b c ,d ", {"a", "b c", "d"}}
    );
    reader good = with("VF_EGRESS_ALLOW", one.text);
    CHECK(good.list("VF_EGRESS_ALLOW", "x", "Ranges") == one.words);
    CHECK_FALSE(good.finish());
    reader bad = with("VF_EGRESS_ALLOW", "a,,b");
    CHECK(bad.list("VF_EGRESS_ALLOW", "x", "Ranges").empty());
    CHECK(bad.finish() == "VF_EGRESS_ALLOW is \"a,,b\": words between commas are wanted");
}

TEST_CASE("config: an address is a host and a port") {
    const auto [text, host, port] = GENERATE(
        address_case{"127.0.0.1:8080", "127.0.0.1", 8080}, address_case{"[::1]:0", "::1", 0},
        address_case{"gateway.local:65535", "gateway.local", 65535},
        address_case{"[fe80::1%eth0]:80", "fe80::1%eth0", 80}
    );
    reader good = with("VF_LISTEN", text);
    const vf::config::address read = good.address("VF_LISTEN", "0.0.0.0:1", "Where to listen");
    CHECK(read.host == host);
    CHECK(read.port == port);
    CHECK_FALSE(good.finish());
}

TEST_CASE("config: an address without a fallback may be absent") {
    const std::string_view absent = GENERATE(std::string_view{"VF_TEST_OTHER"}, "VF_LISTEN");
    reader none = with(absent, "");
    CHECK(none.address("VF_LISTEN", "", "Where to listen").host.empty());
    CHECK_FALSE(none.finish());
    CHECK(none.help().find("(optional)") != std::string::npos);
}

TEST_CASE("config: what is no address is a fault") {
    const std::string_view text = GENERATE(
        std::string_view{""}, "8080", ":8080", "host", "host:", "host:x", "host:-1", "host:65536",
        "host: 80", "::1:80", "[::1]", "[]:80", "[::1:80", "::1]:80", "ho st:80", "http://host:80"
    );
    CAPTURE(text);
    reader bad = with("VF_LISTEN", text);
    CHECK(bad.address("VF_LISTEN", "0.0.0.0:1", "Where to listen").host.empty());
    CHECK(
        bad.finish() ==
        "VF_LISTEN is \"" + std::string{text} + "\": host:port or [v6]:port is wanted"
    );
}

TEST_CASE("config: every fault is reported at once, those of the service included") {
    reader many{environment{{"VF_LISTEN", "x"}, {"VF_LISTN", "y"}}};
    (void)many.address("VF_LISTEN", "0.0.0.0:1", "Where to listen");
    (void)many.text("VF_DATABASE_URL", "The database");
    many.fault("VF_RATE_LIMITS", "names an unknown kind of endpoint");
    CHECK(
        many.finish() ==
        "VF_LISTEN is \"x\": host:port or [v6]:port is wanted\n"
        "VF_DATABASE_URL is required\n"
        "VF_RATE_LIMITS names an unknown kind of endpoint\n"
        "VF_LISTN is no setting that anything here knows; did you mean VF_LISTEN?"
    );
}

TEST_CASE("config: the process environment holds what the process was started with") {
    REQUIRE(::setenv("VF_TEST_CONFIG_READER", "a=b", 1) == 0);
    const environment variables = vf::config::process_environment();
    REQUIRE(variables.contains("VF_TEST_CONFIG_READER"));
    CHECK(variables.find("VF_TEST_CONFIG_READER")->second == "a=b");
    CHECK(variables.contains("PATH"));
    ::unsetenv("VF_TEST_CONFIG_READER");
}
