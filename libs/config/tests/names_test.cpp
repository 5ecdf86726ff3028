#include "vf/config/names.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <string>
#include <string_view>

#include "vf/config/reader.hpp"

namespace {

using vf::config::environment;
using vf::config::known_names;
using vf::config::reader;

struct unknown_case {
    std::string_view name;
    std::string_view hint;
};

}  // namespace

TEST_CASE("names: the list is sorted, without repetition, and of one form") {
    CHECK(std::ranges::is_sorted(known_names()));
    CHECK(std::ranges::adjacent_find(known_names()) == known_names().end());
    for (const std::string_view name : known_names()) {
        CAPTURE(name);
        CHECK(name.starts_with("VF_"));
        CHECK_FALSE(name.ends_with("_FILE"));
        CHECK(name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == name.npos);
    }
}

TEST_CASE("names: a neighbour's setting, its twin and what is not ours pass") {
    const std::string_view name = GENERATE(
        std::string_view{"VF_RETRY_SCHEDULE"}, "VF_RETRY_SCHEDULE_FILE", "VF_MASTER_KEY_FILE",
        "VF_ADMIN_URL_NORMALISER", "VF_ADMIN_URL_NORMALISER_2", "VF_TEST_ANYTHING", "PATH", "VFX",
        "vf_listn", "KAFKA_HOME"
    );
    CAPTURE(name);
    const reader none{environment{{std::string{name}, "x"}}};
    CHECK_FALSE(none.finish());
}

TEST_CASE("names: a name that nothing knows is refused with the closest one") {
    const auto [name, hint] = GENERATE(
        unknown_case{"VF_LISTN", "; did you mean VF_LISTEN?"},
        unknown_case{"VF_EVALUATION_INTERVALL", "; did you mean VF_EVALUATION_INTERVAL?"},
        unknown_case{"VF_KAFKA_BROKER", "; did you mean VF_KAFKA_BROKERS?"},
        unknown_case{"VF_MASTERKEY_FILE", "; did you mean VF_MASTER_KEY?"},
        unknown_case{"VF_SOMETHING_ELSE_ALTOGETHER", ""}, unknown_case{"VF_ADMIN_URL_", ""},
        unknown_case{"VF_", ""}
    );
    const std::string variable{name};
    const reader none{environment{{variable, "x"}}};
    const std::string refused = variable + " is no setting that anything here knows";
    const std::string faults = none.finish().value_or("");
    CAPTURE(faults);
    CHECK(faults.starts_with(refused));
    if (!hint.empty()) {
        CHECK(faults == refused + std::string{hint});
    }
}

TEST_CASE("names: a setting that is read is known before it is in the list") {
    const environment variables{{"VF_QUITE_NEW", "x"}, {"VF_NEWER_YET_FILE", "/dev/null"}};
    reader settings{variables};
    CHECK(settings.text("VF_QUITE_NEW", "", "New") == "x");
    CHECK(settings.text("VF_NEWER_YET", "", "Newer").empty());
    CHECK_FALSE(settings.finish());
    CHECK(reader{variables}.finish());
}

TEST_CASE("help: every setting stands there with what holds without it") {
    reader reader{environment{}};
    (void)reader.text("VF_DATABASE_URL", "The database");
    (void)reader.text("VF_LOG_LEVEL", "info", "What to log");
    (void)reader.secret("VF_ADMIN_TOKEN", "", "The token");
    (void)reader.secret("VF_MASTER_KEY", "hunter2", "The key");
    (void)reader.integer("VF_DATABASE_CONNECTIONS", 4, 1, 9, "Connections");
    const std::string help = reader.help();
    CHECK(help.find("VF_DATABASE_URL\n      The database (required)\n") != help.npos);
    CHECK(help.find("VF_LOG_LEVEL\n      What to log (default info)\n") != help.npos);
    CHECK(help.find("VF_ADMIN_TOKEN\n      The token (optional)\n") != help.npos);
    CHECK(help.find("VF_MASTER_KEY\n      The key (has a default)\n") != help.npos);
    CHECK(help.find("VF_DATABASE_CONNECTIONS\n      Connections (default 4)\n") != help.npos);
    CHECK(help.find("_FILE") != help.npos);
    CHECK(help.find("hunter2") == help.npos);
}

TEST_CASE("effective: what holds is shown, a secret only as set") {
    reader reader{environment{{"VF_LISTEN", "[::1]:80"}, {"VF_MASTER_KEY", "hunter2"}}};
    (void)reader.address("VF_LISTEN", "0.0.0.0:1", "Where to listen");
    (void)reader.secret("VF_MASTER_KEY", "The key");
    (void)reader.secret("VF_ADMIN_TOKEN", "", "The token");
    (void)reader.duration("VF_CLOCK_GRACE", "5m", "Grace");
    CHECK(
        reader.effective() ==
        "VF_LISTEN=[::1]:80\nVF_MASTER_KEY=<redacted>\nVF_ADMIN_TOKEN=\nVF_CLOCK_GRACE=5m\n"
    );
}
