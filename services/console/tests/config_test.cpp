#include <string>

#include <catch2/catch_test_macros.hpp>

#include "console/config.hpp"
#include "vf/base/text.hpp"

using namespace vf;
using namespace vf::console;

namespace {

config::environment sound() {
    return {
        {"VF_DATABASE_URL", "postgresql://u:geheim@localhost/vf"},
        {"VF_KAFKA_BROKERS", "127.0.0.1:9092"},
        {"VF_ADMIN_TOKEN", "correct-horse-battery"},
        {"VF_MASTER_KEY", to_base64(std::string(32, 'k'))},
        {"VF_LINK_KEYS", "1:" + to_base64(std::string(32, 'l'))},
    };
}

// Nothing where it is refused.
std::optional<std::string> public_url_of(const std::string& text) {
    auto environment = sound();
    environment["VF_PUBLIC_URL"] = text;
    config::reader reader{environment};
    auto url = read_settings(reader).public_url;
    const auto faults = reader.finish();
    if (faults) {
        CHECK(faults->contains("VF_PUBLIC_URL"));
        return std::nullopt;
    }
    return url;
}

}  // namespace

TEST_CASE("config: five settings are enough, and secrets are not printed") {
    config::reader reader{sound()};
    const auto read = read_settings(reader);
    CHECK_FALSE(reader.finish().has_value());
    CHECK(read.master.has_value());
    CHECK(read.links.has_value());
    CHECK(read.public_url == "http://127.0.0.1:8080");
    for (const auto* name : {"VF_ADMIN_TOKEN", "VF_MASTER_KEY", "VF_LINK_KEYS"}) {
        CHECK_FALSE(reader.effective().contains(sound().at(name)));
    }
}

TEST_CASE("config: every fault is reported at once") {
    config::reader reader{
        {{"VF_MASTER_KEY", "short"},
         {"VF_LINK_KEYS", "1:k"},
         {"VF_ADMIN_TOKEN", "short"},
         {"VF_PUBLIC_URL", "in.example.com"}}
    };
    static_cast<void>(read_settings(reader));
    const auto faults = reader.finish();
    REQUIRE(faults.has_value());
    for (const auto* name :
         {"VF_MASTER_KEY", "VF_LINK_KEYS", "VF_ADMIN_TOKEN", "VF_PUBLIC_URL", "VF_DATABASE_URL"}) {
        CHECK(faults->contains(name));
    }
}

TEST_CASE("config: the public address goes into headers of mail, so it is a plain one") {
    CHECK(public_url_of("https://in.example.com") == "https://in.example.com");
    CHECK(public_url_of("https://in.example.com//") == "https://in.example.com");
    CHECK(public_url_of("http://[::1]:8080/vf/") == "http://[::1]:8080/vf");
    for (const std::string text :
         {"in.example.com", "ftp://x", "https://", "http:///", "https://x/?a=1", "https://x/#a",
          "https://x >", "https://x\r\nBcc: y", "https://\xC3\xBC"}) {
        CAPTURE(text);
        CHECK_FALSE(public_url_of(text));
    }
}
